internal import GraphIR
internal import Kernels

/// What the global poolings have in common: every spatial axis shrinks to 1.
enum GlobalPoolingShapes {
    static func infer(_ inputs: Inputs) throws -> [Facts] {
        try inputs.require(0).require(.float32, input: 0)
        return [try output(inputs)]
    }

    /// The output over input 0 of any type.
    static func output(_ inputs: Inputs) throws -> Facts {
        let x = try inputs.require(0)
        guard let shape = try x.spatialShape(input: 0, axes: 0...62) else { return Facts(x.elementType, nil) }
        let ones = Array(repeating: Dimension.known(1), count: shape.rank - 2)
        return Facts(x.elementType, Shape(Array(shape.dimensions[..<2]) + ones))
    }

    static func layouts(_ inputs: Inputs) -> [LayoutChoice] {
        inputs[0].map { $0.extents.count >= 3 } ?? false ? PoolingShapes.layouts : [.planar]
    }

    /// Throws where there is no position to pool over.
    static func bound(_ inputs: Inputs) throws -> GlobalPooling {
        let x = try inputs.require(0), extents = x.extents
        let positions = try checkedProduct(extents[2...])
        guard positions > 0 else { throw OperatorFault.shape("an input of \(extents) has no position to pool over") }
        return GlobalPooling(batch: extents[0], channels: extents[1], positions: positions, layout: x.layout)
    }
}

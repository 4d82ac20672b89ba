internal import GraphIR
internal import Kernels

/// The attributes and the working of ArgMax and ArgMin, which differ in what they look for.
struct ArgParameters: Sendable {
    private let axis: Int
    private let keepsAxis: Bool
    private let takesLast: Bool

    init(_ node: Node) throws {
        axis = node.int("axis") ?? 0
        keepsAxis = try node.flag("keepdims", default: true)
        takesLast = try node.flag("select_last_index")
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard let shape = x.shape else { return [Facts(.int64, nil)] }
        var dimensions = shape.dimensions
        let axis = try normalizedAxis(axis, rank: shape.rank)
        if dimensions[axis] == 0, !dimensions.enumerated().contains(where: { $0 != axis && $1 == 0 }) {
            throw OperatorFault.shape("axis \(axis) of \(shape) is empty")
        }
        if keepsAxis { dimensions[axis] = 1 } else { dimensions.remove(at: axis) }
        return [Facts(.int64, Shape(dimensions))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts], greatest: Bool) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0)
            try checkedProduct(x.extents)
            let axis = try normalizedAxis(axis, rank: x.extents.count), takesLast = takesLast
            let blocks = AxisBlocks(x.extents, axes: axis..<axis + 1)
            guard let loop = ArgLoop(greatest: greatest, x.elementType, blocks) else {
                throw OperatorFault.elementType(input: 0, got: x.elementType)
            }
            return Kernel { loop.run($0.input(0, as: UInt8.self), $0.output(0), takesLast: takesLast) }
        }
    }
}

public import GraphIR
public import Kernels

/// The input with single elements replaced by (or combined with) updates: each at its own coordinates, with that along
/// `axis` replaced by an index.
public struct ScatterElements: Operator {
    public static let signature = OperatorSignature("ScatterElements")

    private let axis: Int
    private let reduction: ScatterReduction

    public init(_ node: Node, opset: Int) throws {
        axis = node.int("axis") ?? 0
        reduction = try ScatterReduction(node)
    }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        let updates = try inputs.require(2)
        try indices.requireType(.int32, .int64, input: 1)
        try updates.requireType(data.elementType, input: 2)
        try checkElementIndices(indices, of: data, axis: axis)
        if let wanted = indices.knownExtents, let got = updates.knownExtents, wanted != got {
            throw OperatorFault.shape("updates of shape \(got) for indices of shape \(wanted)")
        }
        return [Facts(data.elementType, data.shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        let axis = try normalizedAxis(axis, rank: data.extents.count)
        let extent = data.extents[axis]
        let indexing = ElementIndexing(
            indexExtents: indices.extents, strides: rowMajorStrides(data.extents), axis: axis, extent: extent,
            width: try data.elementWidth())
        let combine = try reduction.combination(data.elementType)
        let isWide = indices.elementType == .int64
        let bytes = data.byteCount
        return Kernel(storage: .mayOverwrite([0])) { arguments in
            let target = arguments.copyFirstInput(bytes: bytes)
            let indices = Indices(arguments.input(1, as: UInt8.self), isWide: isWide)
            let fault = indexing.scatter(
                arguments.input(2, as: UInt8.self), indices: indices, into: target, combine: combine)
            if let fault { throw indices.fault(at: fault, extent: extent) }
        }
    }
}

public import GraphIR
public import Kernels

/// For each index, the element at the index' own coordinates with that along `axis` replaced by the index.
public struct GatherElements: Operator {
    public static let signature = OperatorSignature("GatherElements")

    private let axis: Int

    public init(_ node: Node, opset: Int) throws { axis = node.int("axis") ?? 0 }

    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        try indices.requireType(.int32, .int64, input: 1)
        try checkElementIndices(indices, of: data, axis: axis)
        return [Facts(data.elementType, indices.shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        let axis = try normalizedAxis(axis, rank: data.extents.count)
        let extent = data.extents[axis]
        let indexing = ElementIndexing(
            indexExtents: indices.extents, strides: rowMajorStrides(data.extents), axis: axis, extent: extent,
            width: try data.elementWidth())
        let isWide = indices.elementType == .int64
        return Kernel { arguments in
            let indices = Indices(arguments.input(1, as: UInt8.self), isWide: isWide)
            let fault = indexing.gather(
                from: arguments.input(0, as: UInt8.self), indices: indices, to: arguments.output(0, as: UInt8.self))
            if let fault { throw indices.fault(at: fault, extent: extent) }
        }
    }
}

/// Throws where an index tensor for single elements does not fit the data: another rank, or a larger extent anywhere
/// but along `axis`.
func checkElementIndices(_ indices: Facts, of data: Facts, axis: Int) throws {
    guard let rank = data.rank else { return }
    let axis = try normalizedAxis(axis, rank: rank)
    try indices.requireRank(rank, input: 1)
    guard let shape = data.shape, let indexShape = indices.shape else { return }
    for position in 0..<rank where position != axis {
        guard let extent = shape[position].value, let wanted = indexShape[position].value else { continue }
        guard wanted <= extent else {
            throw OperatorFault.shape("indices of shape \(indexShape) reach past data of shape \(shape)")
        }
    }
}

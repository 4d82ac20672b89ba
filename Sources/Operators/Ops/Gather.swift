public import GraphIR
public import Kernels

/// The parts of the input that an index tensor chooses along `axis`, laid out as the index tensor is.
public struct Gather: ViewingOperator {
    public static let signature = OperatorSignature("Gather")

    private let axis: Int

    public init(_ node: Node, opset: Int) throws { axis = node.int("axis") ?? 0 }

    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        try indices.requireType(.int32, .int64, input: 1)
        guard let shape = data.shape, let chosen = indices.shape else { return [Facts(data.elementType, nil)] }
        let axis = try normalizedAxis(axis, rank: shape.rank)
        let dimensions = shape.dimensions[..<axis] + chosen.dimensions + shape.dimensions[(axis + 1)...]
        let result = Facts(data.elementType, Shape(Array(dimensions)))
        try result.checkSize()
        return [result]
    }

    /// A single index that is known is a view.
    public func view(_ view: StridedView, _ inputs: Inputs, _ outputs: [Facts], at index: Int) -> StridedView? {
        guard let chosen = inputs[1]?.constant?.integers, chosen.count == 1,
            let axis = try? normalizedAxis(axis, rank: view.extents.count)
        else { return nil }
        let extent = view.extents[axis], place = chosen[0] < 0 ? chosen[0] + extent : chosen[0]
        guard (0..<extent).contains(place) else { return nil }
        return view.part(place..<place + 1, of: axis).reshaped(to: outputs[index].extents)
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        let axis = try normalizedAxis(axis, rank: data.extents.count)
        let (outer, extent, inner) = around(axis, of: data.extents)
        let gather = BlockGather(
            outer: outer, extent: extent, block: inner * (try data.elementWidth()), count: indices.elementCount)
        let isWide = indices.elementType == .int64
        return Kernel { arguments in
            let indices = Indices(arguments.input(1, as: UInt8.self), isWide: isWide)
            let fault = gather.run(
                from: arguments.input(0, as: UInt8.self), indices: indices, to: arguments.output(0, as: UInt8.self))
            if let fault { throw indices.fault(at: fault, extent: extent) }
        }
    }
}

public import GraphIR
public import Kernels

/// The dimensions in another order: output dimension i is input dimension `perm[i]`; reversed where `perm` is missing.
public struct Transpose: ViewingOperator {
    public static let signature = OperatorSignature("Transpose")

    private let perm: [Int]?

    public init(_ node: Node, opset: Int) throws { perm = node.ints("perm") }

    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard let shape = data.shape else {
            return [Facts(data.elementType, perm.map { .unknown(rank: $0.count) })]
        }
        return [Facts(data.elementType, Shape(try order(rank: shape.rank).map { shape[$0] }))]
    }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        guard let data = inputs[0], data.extents.count >= 3, let order = try? order(rank: data.extents.count) else {
            return [.planar]
        }
        let all: [TensorLayout] = [.planar, .channelsLast]
        return all.flatMap { source in
            all.map { target in
                let (from, to) = Self.axes(source, target, order, data.extents)
                return LayoutChoice(inputs: [source], output: target, cost: from == to ? 0 : data.byteCount)
            }
        }
    }

    /// The input's axes as they follow each other in memory, in the input and in the output; those of extent 1 left out.
    private static func axes(
        _ source: TensorLayout, _ target: TensorLayout, _ order: [Int], _ extents: [Int]
    ) -> (source: [Int], target: [Int]) {
        let from = source.axes(rank: order.count), to = target.axes(rank: order.count).map { order[$0] }
        return (from.filter { extents[$0] != 1 }, to.filter { extents[$0] != 1 })
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let order = try order(rank: data.extents.count)
        let (from, to) = Self.axes(data.layout, outputs[0].layout, order, data.extents)
        if from == to { return .view() }
        let strides = rowMajorStrides(from.map { data.extents[$0] })
        let extents = to.map { data.extents[$0] }
        let copy = StridedCopy(
            extents: extents, source: to.map { strides[from.firstIndex(of: $0) ?? 0] }, target: rowMajorStrides(extents),
            width: try data.elementWidth())
        return Kernel { copy.run(from: $0.input(0, as: UInt8.self), to: $0.output(0, as: UInt8.self)) }
    }

    public func view(_ view: StridedView, _ inputs: Inputs, _ outputs: [Facts], at index: Int) -> StridedView? {
        (try? order(rank: view.extents.count)).map(view.transposed)
    }

    /// For each output dimension the input dimension that it is. Throws `OperatorFault.attribute` where `perm` does not
    /// fit.
    public func order(rank: Int) throws -> [Int] {
        guard let perm else { return (0..<rank).reversed() }
        guard perm.count == rank else {
            throw OperatorFault.attribute("perm", "\(perm) does not fit a tensor with \(rank) dimensions")
        }
        return try normalizedAxes(perm, rank: rank, name: "perm")
    }
}

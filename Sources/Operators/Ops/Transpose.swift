public import GraphIR
public import Kernels

/// The dimensions in another order: output dimension i is input dimension `perm[i]`; reversed where `perm` is missing.
public struct Transpose: Operator {
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

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let order = try order(rank: data.extents.count)
        let moved = order.filter { data.extents[$0] != 1 }
        if moved == moved.sorted() { return .view() }
        let strides = rowMajorStrides(data.extents)
        let copy = StridedCopy(
            extents: outputs[0].extents, source: order.map { strides[$0] }, target: rowMajorStrides(outputs[0].extents),
            width: try data.elementWidth())
        return Kernel { copy.run(from: $0.input(0, as: UInt8.self), to: $0.output(0, as: UInt8.self)) }
    }

    private func order(rank: Int) throws -> [Int] {
        guard let perm else { return (0..<rank).reversed() }
        guard perm.count == rank else {
            throw OperatorFault.attribute("perm", "\(perm) does not fit a tensor with \(rank) dimensions")
        }
        return try normalizedAxes(perm, rank: rank, name: "perm")
    }
}

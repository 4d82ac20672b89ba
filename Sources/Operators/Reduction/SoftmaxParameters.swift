internal import GraphIR
internal import Kernels

/// The attributes and the working of Softmax, LogSoftmax and Hardmax. Before opset 13 they take all axes from `axis` on
/// as one.
struct SoftmaxParameters: Sendable {
    private let axis: Int
    private let takesRest: Bool

    init(_ node: Node, opset: Int) {
        takesRest = opset < 13
        axis = node.int("axis") ?? (takesRest ? 1 : -1)
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard [.float32, .float64].contains(x.elementType.computed) else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        if let rank = x.rank { _ = try axes(rank: rank) }
        return [Facts(x.elementType, x.shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts], _ kind: SoftmaxLoop.Kind) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0)
            try checkedProduct(x.extents)
            let blocks = AxisBlocks(x.extents, axes: try axes(rank: x.extents.count))
            guard let loop = SoftmaxLoop(kind, x.elementType, blocks) else {
                throw OperatorFault.elementType(input: 0, got: x.elementType)
            }
            return Kernel(
                storage: kind == .softmax ? .mayOverwrite([0]) : .separate, scratchBytes: loop.scratchBytes
            ) {
                loop.run($0.input(0, as: UInt8.self), $0.output(0, as: UInt8.self), scratch: $0.scratch)
            }
        }
    }

    private func axes(rank: Int) throws -> Range<Int> {
        if takesRest, axis == rank { return rank..<rank }
        let first = try normalizedAxis(axis, rank: rank)
        return first..<(takesRest ? rank : first + 1)
    }
}

public import GraphIR

/// Folds a Pad into the padding of the convolution or pooling after it.
///
/// - Before: `x -> Pad -> Conv | AveragePool | MaxPool -> y`
/// - After: `x -> Conv | AveragePool | MaxPool -> y` with larger `pads`.
/// - Conditions: the Pad is constant, its amounts are known, none is negative and those of batch and channel are zero.
///   Only the one node reads it, and that neither rounds up nor pads by itself (`auto_pad`). A pooling's padding stays
///   smaller than its kernel. Conv: padded with 0. AveragePool: padded with 0, and it counts its padding or has none
///   yet. MaxPool: undilated, and padded with minus infinity or the least number, or with 0 behind an operator that is
///   never negative.
/// - Formula: `pads' = pads + amounts`; an AveragePool counts its padding afterwards.
/// - Source: the definitions of the operators.
public struct FoldPad: Pass {
    public static let name = "fold-pad"
    public static let operators: [String]? = ["Pad"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let index = GraphIndex(model.graph)
        var removed: Set<Int> = []
        var changes: [String] = []
        for (position, pad) in model.graph.nodes.enumerated() where pad.isStandard("Pad") {
            guard let output = pad.outputs.first, let reader = index.soleConsumer(of: output),
                let source = pad.input(0), model.graph.nodes[reader].input(0) == output,
                let padding = Padding(pad, in: model.graph)
            else { continue }
            let isNeverNegative = index.producer[source].map { Self.isNeverNegative(model.graph.nodes[$0]) } ?? false
            guard let folded = fold(padding, into: model.graph.nodes[reader], isNeverNegative) else { continue }
            changes.append("\(pad.label) into \(folded.label)")
            model.graph.nodes[reader] = folded
            model.graph.nodes[reader].inputs[0] = source
            removed.insert(position)
        }
        model.graph.removeNodes(at: removed)
        model.graph.forgetStaleValueInfo()
        return changes
    }

    private func fold(_ padding: Padding, into node: Node, _ isNeverNegative: Bool) -> Node? {
        guard (node.domain ?? "").isStandardDomain, node.int("ceil_mode") ?? 0 == 0,
            ["NOTSET", "VALID"].contains(node.string("auto_pad") ?? "NOTSET")
        else { return nil }
        let isExplicit = node.string("auto_pad") ?? "NOTSET" == "NOTSET"
        let pads = isExplicit ? node.ints("pads") ?? [] : []
        guard let sum = padding.added(to: pads) else { return nil }
        var folded = node
        folded.removeAttribute("auto_pad")
        folded.set(Attribute("pads", sum))
        switch node.opType {
        case "Conv":
            return padding.value == 0 ? folded : nil
        case "AveragePool":
            let counts = node.int("count_include_pad") ?? 0 != 0
            guard padding.value == 0, counts || pads.allSatisfy({ $0 == 0 }), fitsKernel(folded) else { return nil }
            folded.set(Attribute("count_include_pad", 1))
            return folded
        case "MaxPool":
            let isNeutral = padding.value <= -Float.greatestFiniteMagnitude || padding.value == 0 && isNeverNegative
            let isDilated = node.ints("dilations")?.contains { $0 != 1 } ?? false
            let givesIndices = node.writtenValues.count > 1
            return isNeutral && !isDilated && !givesIndices && fitsKernel(folded) ? folded : nil
        default:
            return nil
        }
    }

    private func fitsKernel(_ node: Node) -> Bool {
        guard let kernel = node.ints("kernel_shape"), let pads = node.ints("pads"), pads.count == 2 * kernel.count
        else { return false }
        return pads.indices.allSatisfy { pads[$0] < kernel[$0 % kernel.count] }
    }

    private static func isNeverNegative(_ node: Node) -> Bool {
        (node.domain ?? "").isStandardDomain
            && ["Relu", "Sigmoid", "HardSigmoid", "Softmax", "Abs"].contains(node.opType)
    }
}

/// What a constant Pad adds to the spatial dimensions of a `[N, C, ...]` tensor.
private struct Padding {
    /// Begins, then ends, of the spatial dimensions.
    private let amounts: [Int]
    let value: Float

    init?(_ pad: Node, in graph: Graph) {
        guard pad.string("mode") ?? "constant" == "constant", pad.input(3) == nil,
            let amounts = pad.input(1).flatMap(graph.constant)?.integers,
            amounts.count >= 6, amounts.count.isMultiple(of: 2), amounts.allSatisfy({ $0 >= 0 })
        else { return nil }
        let rank = amounts.count / 2
        guard amounts[0] == 0, amounts[1] == 0, amounts[rank] == 0, amounts[rank + 1] == 0 else { return nil }
        self.amounts = Array(amounts[2..<rank] + amounts[(rank + 2)...])
        guard let fill = pad.input(2) else {
            value = 0
            return
        }
        guard let values = graph.constant(fill)?.floats, values.count == 1 else { return nil }
        value = values[0]
    }

    /// `pads` with the amounts on top; empty `pads` are zeros. `nil` where they differ in length or overflow.
    func added(to pads: [Int]) -> [Int]? {
        guard pads.isEmpty || pads.count == amounts.count else { return nil }
        let sums = amounts.enumerated().map { position, amount in
            amount.addingReportingOverflow(pads.isEmpty ? 0 : pads[position])
        }
        return sums.contains(where: \.overflow) ? nil : sums.map(\.partialValue)
    }
}

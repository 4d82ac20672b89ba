internal import GraphIR
internal import Operators

extension PlacementPlanner {
    /// The fewest terms of a sum that is worth integers; fewer are arithmetic on positions, not attention.
    private static let leastTerms = 8

    /// Places a matrix product of two activations, or says why it stays float: that the weight varies, or what else
    /// `reason` says.
    mutating func visitActivationProduct(_ position: Int, _ node: Node, _ reason: FloatReason) {
        guard reason == .noConstantWeight, node.isStandard("MatMul"), hasActivations(node),
            worksOnIntegers(node.outputs[0])
        else {
            placement.floatNodes[position] = reason
            return
        }
        placement.activationProducts.insert(position)
        placement.quantizedNodes.insert(position)
    }

    private func hasActivations(_ node: Node) -> Bool {
        guard node.inputs.count == 2, node.outputs.count == 1 else { return false }
        for input in node.inputs {
            guard let facts = facts[input], facts.elementType == .float32, facts.constant == nil,
                facts.shape?.rank ?? 2 >= 2
            else { return false }
        }
        let dimensions = [
            facts[node.inputs[0]]?.shape?.dimensions.last, facts[node.inputs[1]]?.shape?.dimensions.dropLast().last,
        ]
        return dimensions.allSatisfy { dimension in
            if case .known(let terms)? = dimension { terms >= Self.leastTerms } else { true }
        }
    }

    /// Gives values that are nothing but second operands of such products the grid of weights, for which runtimes have
    /// their fastest products.
    mutating func markSecondOperands() {
        for position in placement.activationProducts {
            let value = graph.nodes[position].inputs[1]
            guard let placed = placement.values[value], !placed.servesAllReaders, placed.group == value,
                placement.values.values.filter({ $0.group == value }).count == 1
            else { continue }
            let readers = (index.consumers[value] ?? []).filter { placement.quantizedNodes.contains($0) }
            let isSecond = readers.allSatisfy { reader in
                placement.activationProducts.contains(reader) && graph.nodes[reader].inputs[0] != value
            }
            if isSecond { placement.values[value]?.isSymmetric = true }
        }
    }
}

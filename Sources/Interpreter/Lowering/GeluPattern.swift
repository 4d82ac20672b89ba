internal import GraphIR

/// Recognizes x · (1 + erf(x / √2)) / 2, which models of opsets without Gelu spell in five nodes.
struct GeluPattern {
    private let graph: Graph
    private let index: GraphIndex
    private let keeping: Set<String>

    /// The model with one Gelu for each such group of nodes, whose inner values nothing else reads and `keeping` does
    /// not name. O(nodes).
    static func lower(_ model: Model, keeping: Set<String>) -> Model {
        let pattern = GeluPattern(graph: model.graph, index: GraphIndex(model.graph), keeping: keeping)
        var result = model
        for (position, node) in model.graph.nodes.enumerated() where node.isStandard("Erf") {
            guard let (x, last) = pattern.match(position) else { continue }
            let name = model.graph.nodes[last].name
            result.graph.nodes[last] = Node(
                "Gelu", name: name, domain: "com.microsoft", inputs: [x], outputs: model.graph.nodes[last].outputs)
        }
        result.graph.dropUnusedNodes(keeping: keeping)
        result.setOpset(1, domain: "com.microsoft")
        return result
    }

    /// The argument of the Gelu around an Erf, and the node that gives its result.
    private func match(_ erf: Int) -> (x: String, last: Int)? {
        guard let scaled = graph.nodes[erf].inputs.first, isPrivate(scaled),
            let x = operand("Div", of: scaled, by: 2.0.squareRoot())
                ?? operand("Mul", of: scaled, by: 0.5.squareRoot()),
            let sum = next("Add", after: erf), constantPartner(sum, of: graph.nodes[erf].outputs[0]) == 1,
            let product = next("Mul", after: sum)
        else { return nil }
        let other = partner(product, of: graph.nodes[sum].outputs[0])
        if other == x, let half = next("Mul", after: product),
            constantPartner(half, of: graph.nodes[product].outputs[0]) == 0.5
        {
            return (x, half)
        }
        if let other, operand("Mul", of: other, by: 0.5) == x, isPrivate(other) { return (x, product) }
        guard constantPartner(product, of: graph.nodes[sum].outputs[0]) == 0.5, let whole = next("Mul", after: product),
            partner(whole, of: graph.nodes[product].outputs[0]) == x
        else { return nil }
        return (x, whole)
    }

    private func isPrivate(_ value: String) -> Bool { !keeping.contains(value) && index.soleConsumer(of: value) != nil }

    /// The only reader of a node's result, where it is an operator of that type.
    private func next(_ opType: String, after node: Int) -> Int? {
        guard let output = graph.nodes[node].outputs.first, !keeping.contains(output),
            let reader = index.soleConsumer(of: output), graph.nodes[reader].isStandard(opType)
        else { return nil }
        return reader
    }

    /// The other one of a node's two inputs.
    private func partner(_ node: Int, of value: String) -> String? {
        let inputs = graph.nodes[node].inputs
        guard inputs.count == 2 else { return nil }
        return inputs[0] == value ? inputs[1] : inputs[0]
    }

    private func constantPartner(_ node: Int, of value: String) -> Float? { partner(node, of: value).flatMap(scalar) }

    private func scalar(_ name: String) -> Float? {
        guard let tensor = graph.initializers[name], tensor.extents.isEmpty, tensor.elementType == .float32 else {
            return nil
        }
        return tensor.floats?.first
    }

    /// What the operator, which gives `value`, multiplies or divides by a scalar that is `factor` as float32 has it.
    private func operand(_ opType: String, of value: String, by factor: Double) -> String? {
        guard let producer = index.producer[value], graph.nodes[producer].isStandard(opType),
            graph.nodes[producer].inputs.count == 2
        else { return nil }
        let inputs = graph.nodes[producer].inputs
        func isFactor(_ name: String) -> Bool { scalar(name).map { abs(Double($0) - factor) <= 1e-6 } ?? false }
        if isFactor(inputs[1]) { return inputs[0] }
        return opType == "Mul" && isFactor(inputs[0]) ? inputs[1] : nil
    }
}

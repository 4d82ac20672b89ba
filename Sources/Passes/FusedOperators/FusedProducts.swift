internal import GraphIR

/// Products with what follows them.
extension ExpandFusedOperators {
    /// `y = activation(Conv(x, w, b) + z)`
    static let fusedConvolution: Rule = { node, expansion in
        let attributes = node.attributes.filter { !$0.name.hasPrefix("activation") }
        var value = expansion.add("Conv", [node.input(0), node.input(1), node.input(2)], attributes: attributes)
        if let addend = node.input(3) { value = expansion.add("Add", [value, addend]) }
        var parameters: [Float] = []
        if case .floats(let values)? = node.attribute("activation_params") { parameters = values }
        return activated(value, by: node.string("activation"), parameters, &expansion)
    }

    /// `y = activation(Gemm(a, b, c))`
    static let fusedGemm: Rule = { node, expansion in
        let attributes = node.attributes.filter { !$0.name.hasPrefix("activation") }
        let value = expansion.add("Gemm", [node.input(0), node.input(1), node.input(2)], attributes: attributes)
        let parameters = ["activation_alpha", "activation_beta"].compactMap(node.float)
        return activated(value, by: node.string("activation"), parameters, &expansion)
    }

    /// `y = alpha * A' B'`. Where the node says so, an operand's first axis becomes that of its rows, and then its last
    /// two axes change places.
    static let fusedMatrixProduct: Rule = { node, expansion in
        guard node.inputs.count == 2 else { return nil }
        var operands: [String] = []
        for (name, side) in zip(node.inputs, ["A", "B"]) {
            let turns = node.int("trans" + side) ?? 0 != 0, movesBatch = node.int("transBatch" + side) ?? 0 != 0
            guard turns || movesBatch else {
                operands.append(name)
                continue
            }
            guard let rank = expansion.shape(name)?.rank, rank > 1 else { return nil }
            var order = Array(0..<rank)
            if movesBatch { order.insert(order.removeFirst(), at: rank - 2) }
            if turns { order.swapAt(rank - 2, rank - 1) }
            operands.append(expansion.add("Transpose", [name], attributes: [Attribute("perm", order)]))
        }
        let product = expansion.add("MatMul", operands), factor = node.float("alpha") ?? 1
        return [factor == 1 ? product : expansion.add("Mul", [product, expansion.constant(factor)])]
    }

    /// The value behind an activation of so many parameters as ONNX Runtime gives it; `nil` for one not known.
    private static func activated(
        _ value: String, by activation: String?, _ parameters: [Float], _ expansion: inout Expansion
    ) -> [String]? {
        switch (activation ?? "", parameters.count) {
        case ("", _): [value]
        case ("Relu", _), ("Sigmoid", _), ("Tanh", _): [expansion.add(activation ?? "", [value])]
        case ("LeakyRelu", 1...):
            [expansion.add("LeakyRelu", [value], attributes: [Attribute("alpha", .float(parameters[0]))])]
        case ("Clip", 2...):
            [expansion.add("Clip", [value, expansion.constant(parameters[0]), expansion.constant(parameters[1])])]
        case ("HardSigmoid", 2...):
            [expansion.add(
                "HardSigmoid", [value],
                attributes: [Attribute("alpha", .float(parameters[0])), Attribute("beta", .float(parameters[1]))])]
        default: nil
        }
    }
}

internal import GraphIR

/// Activations with what comes before them.
extension ExpandFusedOperators {
    /// `y = gelu(x + b)`
    static let biasGelu: Rule = { node, expansion in
        guard let x = node.input(0), let bias = node.input(1) else { return nil }
        return [expansion.add("Gelu", [expansion.add("Add", [x, bias])], domain: node.domain)]
    }

    /// `y = x (1 + tanh(x (a + b x²))) / 2` with `a = sqrt(2 / π)` and `b = 0.044715 a`, a bias added to x before.
    static let fastGelu: Rule = { node, expansion in
        guard var x = node.input(0) else { return nil }
        if let bias = node.input(1) { x = expansion.add("Add", [x, bias]) }
        let a = Float(0.797_884_560_802_865_4), b = Float(0.035_677_408_136_300_125)
        let square = expansion.add("Mul", [x, x])
        let slope = expansion.add("Add", [
            expansion.add("Mul", [square, expansion.constant(b)]), expansion.constant(a),
        ])
        let bent = expansion.add("Tanh", [expansion.add("Mul", [x, slope])])
        let raised = expansion.add("Add", [bent, expansion.constant(1)])
        return [expansion.add("Mul", [x, expansion.add("Mul", [raised, expansion.constant(0.5)])])]
    }

    /// `y = x sigmoid(alpha x)`
    static let quickGelu: Rule = { node, expansion in
        guard let x = node.input(0) else { return nil }
        let scaled = expansion.add("Mul", [x, expansion.constant(node.float("alpha") ?? 1.702)])
        return [expansion.add("Mul", [x, expansion.add("Sigmoid", [scaled])])]
    }
}

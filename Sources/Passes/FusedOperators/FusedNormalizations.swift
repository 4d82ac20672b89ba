internal import GraphIR

/// Normalizations with the additions before them.
extension ExpandFusedOperators {
    private static let defaultEpsilon: Float = 1e-12

    /// `s = x + skip + bias`, `y = LayerNormalization(s)` or its simplified form; the fourth output is s.
    static let skipNormalization: Rule = { node, expansion in
        let isSimplified = node.opType.contains("Simplified"), biasPosition = isSimplified ? 3 : 4
        guard let x = node.input(0), let skip = node.input(1), let scale = node.input(2),
            node.outputs.dropFirst().prefix(2).allSatisfy(\.isEmpty)
        else { return nil }
        var sum = expansion.add("Add", [x, skip])
        if let bias = node.input(biasPosition) { sum = expansion.add("Add", [sum, bias]) }
        let epsilon = node.float("epsilon") ?? defaultEpsilon
        let result = isSimplified
            ? normalized(sum, scale: scale, epsilon: epsilon, &expansion)
            : expansion.add(
                "LayerNormalization", [sum, scale, node.input(3)],
                attributes: [Attribute("axis", .int(-1)), Attribute("epsilon", .float(epsilon))])
        return Array([result, "", "", sum].prefix(node.outputs.count))
    }

    /// `y = x / sqrt(mean(x²) + epsilon) * scale` over the last axis.
    static let rootMeanSquareNormalization: Rule = { node, expansion in
        guard let x = node.input(0), let scale = node.input(1), node.outputs.dropFirst().allSatisfy(\.isEmpty),
            node.int("axis") ?? -1 == -1 || node.int("axis") == expansion.shape(x).map({ $0.rank - 1 })
        else { return nil }
        let result = normalized(x, scale: scale, epsilon: node.float("epsilon") ?? 1e-5, &expansion)
        return [result] + node.outputs.dropFirst()
    }

    private static func normalized(
        _ x: String, scale: String, epsilon: Float, _ expansion: inout Expansion
    ) -> String {
        let square = expansion.add("Mul", [x, x])
        // Since this version the axes are an input.
        let mean = expansion.opset >= 18
            ? expansion.add("ReduceMean", [square, expansion.constant(Tensor([Int64(-1)], [1]))])
            : expansion.add("ReduceMean", [square], attributes: [Attribute("axes", .ints([-1]))])
        let root = expansion.add("Sqrt", [expansion.add("Add", [mean, expansion.constant(epsilon)])])
        return expansion.add("Mul", [expansion.add("Div", [x, root]), scale])
    }
}

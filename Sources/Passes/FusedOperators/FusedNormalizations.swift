internal import GraphIR

/// Normalizations, some with the additions before them.
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
        expansion.add("Mul", [divided(x, over: [-1], epsilon, &expansion).value, scale])
    }

    /// `y = (x - mean) / sqrt(variance + epsilon) * scale + bias` with the data's own mean and variance in each channel; the
    /// other outputs are `momentum` of the inputs' and the rest of these.
    static let trainingNormalization: Rule = { node, expansion in
        guard node.int("training_mode") ?? 0 != 0, let x = node.input(0), let scale = node.input(1),
            let bias = node.input(2), let rank = expansion.shape(x)?.rank, rank >= 2
        else { return nil }
        let axes = [0] + Array(2..<rank), mean = mean(x, over: axes, &expansion)
        let centered = expansion.add("Sub", [x, mean])
        let unit = divided(centered, over: axes, node.float("epsilon") ?? 1e-5, &expansion)
        func column(_ value: String, _ expansion: inout Expansion) -> String {
            let axes = (1..<rank - 1).map(Int64.init)
            return expansion.add("Unsqueeze", [value, expansion.constant(Tensor(axes, [axes.count]))])
        }
        func running(_ position: Int, _ own: String, _ expansion: inout Expansion) -> String {
            guard position - 2 < node.outputs.count, !node.outputs[position - 2].isEmpty else { return "" }
            let momentum = node.float("momentum") ?? 0.9
            let vector = expansion.add("Reshape", [own, expansion.constant(Tensor([Int64(-1)], [1]))])
            return expansion.add("Add", [
                expansion.add("Mul", [node.input(position), expansion.constant(momentum)]),
                expansion.add("Mul", [vector, expansion.constant(1 - momentum)]),
            ])
        }
        let others = [running(3, mean, &expansion), running(4, unit.meanSquare, &expansion)]
        let scaled = expansion.add("Mul", [unit.value, column(scale, &expansion)])
        let result = expansion.add("Add", [scaled, column(bias, &expansion)])
        return Array(([result] + others).prefix(node.outputs.count))
    }

    /// `x / sqrt(mean(x²) + epsilon)`, the mean over `axes`.
    private static func divided(
        _ x: String, over axes: [Int], _ epsilon: Float, _ expansion: inout Expansion
    ) -> (value: String, meanSquare: String) {
        let meanSquare = mean(expansion.add("Mul", [x, x]), over: axes, &expansion)
        let root = expansion.add("Sqrt", [expansion.add("Add", [meanSquare, expansion.constant(epsilon)])])
        return (expansion.add("Div", [x, root]), meanSquare)
    }

    private static func mean(_ x: String, over axes: [Int], _ expansion: inout Expansion) -> String {
        // Since this version the axes are an input.
        expansion.opset >= 18
            ? expansion.add("ReduceMean", [x, expansion.constant(Tensor(axes.map(Int64.init), [axes.count]))])
            : expansion.add("ReduceMean", [x], attributes: [Attribute("axes", axes)])
    }
}

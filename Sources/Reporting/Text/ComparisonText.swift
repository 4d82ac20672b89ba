extension ComparisonReport {
    /// The report as a table, one row for each value.
    public var text: String {
        let head = "\(quantized.path) against \(float.path), \(NumberText.amount(samples, "sample"))"
        var table = TextTable([
            ("SQNR dB", .trailing), ("Own dB", .trailing), ("Largest error", .trailing), ("Node", .trailing),
            ("Operator", .leading), ("Shape", .leading), ("Value", .leading),
        ])
        for layer in layers {
            table.add([
                NumberText.fixed(layer.sqnr, 2), layer.ownSQNR.map { NumberText.fixed($0, 2) } ?? "",
                NumberText.significant(layer.largestError), "\(layer.node)",
                layer.operatorType,
                layer.shape.isEmpty ? "scalar" : layer.shape.map(String.init).joined(separator: "x"), layer.value,
            ])
        }
        var lines = [head.printable, ""] + table.lines
        lines += [
            "", "SQNR: with the error gathered on the way. "
                + "Own: the layer alone quantized, fed the float model's values.",
        ]
        let divided = layers.filter(\.hasDividedChannels).count
        if divided > 0 {
            lines += [
                "\(NumberText.amount(divided, "value")) with channels divided by factors in the quantized model: "
                    + "multiplied back here.",
            ]
        }
        if let otherShape {
            let worst = otherShape.max { ($0.value, $1.key) < ($1.value, $0.key) }
            let example = worst.map { ": '\($0.key)' in \($0.value)".printable } ?? ""
            lines += [
                "\(NumberText.amount(otherShape.count, "value")) with another shape in samples that the figures leave out"
                    + "\(example) of \(samples).",
            ]
        }
        lines += adviceLines
        if unmatched > 0 {
            let values = NumberText.amount(unmatched, "value")
            lines += ["", "\(values) of the float model not in the quantized one: folded or fused."]
        }
        return lines.joined(separator: "\n")
    }

    /// Layers that advice is given for.
    private static let mostAdvised = 5

    /// What stands out in the layers with the largest own error, and what usually helps.
    private var adviceLines: [String] {
        let worst = layersToAdvise.prefix(Self.mostAdvised)
        guard !worst.isEmpty else { return [] }
        return ["", "What stands out, and what usually helps:"] + worst.flatMap { layer in
            ["  \(layer.operatorType) \(layer.value)".printable]
                + layer.causes.filter { $0.kind != .inherited }.map { "    \($0.finding): \($0.advice)" }
        }
    }

    /// Layers in which something of their own stands out, the largest own error first.
    private var layersToAdvise: [Layer] {
        layers.filter { layer in layer.causes.contains { $0.kind != .inherited } }
            .sorted { $0.ownSQNR ?? .infinity < $1.ownSQNR ?? .infinity }
    }
}

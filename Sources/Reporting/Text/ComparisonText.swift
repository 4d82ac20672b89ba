extension ComparisonReport {
    /// The report as a table, one row for each value.
    public var text: String {
        let head = "\(quantized.path) against \(float.path), \(NumberText.amount(samples, "sample")), worst first"
        var table = TextTable([
            ("SQNR dB", .trailing), ("Largest error", .trailing), ("Node", .trailing), ("Operator", .leading),
            ("Shape", .leading), ("Value", .leading),
        ])
        for layer in layers {
            table.add([
                NumberText.fixed(layer.sqnr, 2), NumberText.significant(layer.largestError), "\(layer.node)",
                layer.operatorType,
                layer.shape.isEmpty ? "scalar" : layer.shape.map(String.init).joined(separator: "x"), layer.value,
            ])
        }
        var lines = [head.printable, ""] + table.lines
        if unmatched > 0 {
            let values = NumberText.amount(unmatched, "value")
            lines += ["", "\(values) of the float model not in the quantized one: folded or fused."]
        }
        return lines.joined(separator: "\n")
    }
}

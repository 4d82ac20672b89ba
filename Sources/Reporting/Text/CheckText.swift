extension CheckReport {
    /// The report as a table, one row for each mode and output, and a line for each tolerance.
    public var text: String {
        var lines = ["\(quantized.path) against \(float.path), \(NumberText.amount(samples, "sample"))".printable, ""]
        lines += table.lines
        lines += otherShapeLines
        if let top1Float { lines += ["", "Top-1 of the float model: \(NumberText.fixed(top1Float, 2)) %"] }
        if !tolerances.isEmpty { lines += [""] + tolerances.map(\.text.printable) }
        return lines.joined(separator: "\n")
    }

    private var otherShapeLines: [String] {
        let lines = modes.flatMap { mode in
            mode.outputs.compactMap { output in
                output.otherShapeText(of: samples).map { "\(mode.mode) mode: \($0)".printable }
            }
        }
        return lines.isEmpty ? [] : [""] + lines
    }

    private var table: TextTable {
        let hasLabels = modes.contains { $0.top1Quantized != nil }
        var table = TextTable(
            [
                ("Mode", .leading), ("Output", .leading), ("SQNR dB", .trailing), ("Cosine", .trailing),
                ("Least", .trailing), ("Largest error", .trailing),
            ] + (hasLabels ? [("Top-1 %", .trailing), ("Agree %", .trailing)] : []))
        for mode in modes {
            for (position, output) in mode.outputs.enumerated() {
                let first = position == 0
                let labels = [mode.top1Quantized, mode.agreement].map { value in
                    first ? value.map { NumberText.fixed($0, 2) } ?? "" : ""
                }
                table.add(
                    [
                        first ? mode.mode : "", output.name, NumberText.fixed(output.sqnr, 2),
                        NumberText.cosine(output.cosineMean), NumberText.cosine(output.cosineMin),
                        NumberText.significant(output.largestError),
                    ] + (hasLabels ? labels : []))
            }
        }
        return table
    }
}

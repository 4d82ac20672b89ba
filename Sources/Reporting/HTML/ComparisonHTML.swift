extension ComparisonReport {
    /// The report as a page of its own: a table with a bar for each own error, and what stands out beside it.
    public var html: String {
        let page = HTMLPage(title: "\(quantized.path) against \(float.path)")
        let most = layers.compactMap(\.ownSQNR).filter(\.isFinite).max() ?? 1
        let rows = layers.map { layer in
            HTMLPage.row([
                NumberText.fixed(layer.sqnr, 2), layer.ownSQNR.map { NumberText.fixed($0, 2) } ?? "",
                NumberText.significant(layer.largestError), "\(layer.node)", layer.operatorType,
                layer.shape.map(String.init).joined(separator: "x"), layer.value,
                layer.causes.map { "\($0.finding): \($0.advice)" }.joined(separator: "; "),
            ], bar: layer.ownSQNR.map { most > 0 && $0.isFinite ? min(max($0 / most, 0), 1) : 1 })
        }
        let titles = ["SQNR dB", "Own dB", "Largest error", "Node", "Operator", "Shape", "Value", "What stands out"]
        return page.text([
            "\(NumberText.amount(samples, "sample")). SQNR: with the error gathered on the way. "
                + "Own: the layer alone quantized, fed the float model's values.",
            "\(NumberText.amount(unmatched, "value")) of the float model not in the quantized one.",
        ], titles: titles, rows: rows)
    }
}

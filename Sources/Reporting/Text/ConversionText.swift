extension ConversionReport {
    /// Groups, outputs and notes that the text names one by one; the rest is counted.
    private static let mostGroups = 4, mostOutputs = 3, mostNotes = 2

    /// The report in at most some fifteen lines for a terminal.
    public var text: String {
        var fields = TextFields()
        fields.add("Quantized", quantizedLine)
        fields.add("Left float", floatLines)
        fields.add("On integers", multiplyAccumulateLine)
        fields.add("Size", sizeLine)
        fields.add("Integer run", fidelityLines)
        fields.add("Accuracy", accuracyLines)
        fields.add("Released", releaseLines)
        fields.add("Tolerance", tolerances.map(\.text))
        fields.add("Time", timeLine)
        fields.add("Notes", noteLines)
        let head = "\(input.path) (opset \(input.opset)) -> \(output.path) (opset \(output.opset))"
        return ([head.printable, ""] + fields.lines).joined(separator: "\n")
    }

    private var quantizedLine: String {
        let counts = operators.mapValues(\.quantized).filter { $0.value > 0 }
        return counts.isEmpty ? "nothing" : countText(counts)
    }

    private var floatLines: [String] {
        let sorted = floatReasons.sorted {
            let (a, b) = ($0.operators.values.reduce(0, +), $1.operators.values.reduce(0, +))
            return a == b ? $0.reason < $1.reason : a > b
        }
        let lines = sorted.prefix(Self.mostGroups).map { "\(countText($0.operators)): \($0.reason)" }
        let rest = sorted.dropFirst(Self.mostGroups)
        guard !rest.isEmpty else { return lines }
        let operators = rest.flatMap(\.operators.values).reduce(0, +)
        return lines + ["\(operators) more for \(rest.count) other reasons"]
    }

    private var multiplyAccumulateLine: String {
        guard multiplyAccumulates.total > 0 else { return "no convolution or matrix product" }
        let total = NumberText.count(multiplyAccumulates.total)
        return "\(multiplyAccumulates.percent) % of \(total) multiply-accumulates a run" + multiplyAccumulates.parts
    }

    private var sizeLine: String {
        let sizes = "\(NumberText.bytes(input.bytes)) -> \(NumberText.bytes(output.bytes))"
        guard input.bytes > 0, output.bytes > 0 else { return sizes }
        let ratio = Double(input.bytes) / Double(output.bytes)
        return ratio >= 1
            ? "\(sizes), \(NumberText.fixed(ratio, 2)) times smaller"
            : "\(sizes), \(NumberText.fixed(1 / ratio, 2)) times larger"
    }

    private var fidelityLines: [String] {
        let worstFirst = fidelity.sorted { $0.sqnr < $1.sqnr || $0.sqnr.isNaN && !$1.sqnr.isNaN }
        let lines = worstFirst.prefix(Self.mostOutputs).map { output in
            "\(output.name): SQNR \(NumberText.fixed(output.sqnr, 2)) dB"
                + ", cosine \(NumberText.cosine(output.cosineMean)) (least \(NumberText.cosine(output.cosineMin)))"
                + ", largest error \(NumberText.significant(output.largestError))"
        }
        let rest = worstFirst.count - lines.count
        return rest > 0 ? lines + ["\(rest) more outputs, each closer"] : lines
    }

    private var accuracyLines: [String] {
        let kept = accuracySteps.filter(\.kept).map { "\($0.name) +\(NumberText.fixed($0.gain, 2)) dB" }
        let left = accuracySteps.filter { !$0.kept }.map(\.name)
        return (kept.isEmpty ? [] : [kept.joined(separator: ", ")])
            + (left.isEmpty ? [] : ["left off, no gain on the samples: " + left.joined(separator: ", ")])
    }

    private var timeLine: String {
        let shown = stages.filter { $0.seconds >= 0.005 }
        let parts = shown.map { "\($0.name) \(NumberText.fixed($0.seconds, 2))" }.joined(separator: ", ")
        let total = "\(NumberText.seconds(seconds)) for \(NumberText.amount(samples, "sample")) (\(method))"
        return parts.isEmpty ? total : "\(total): \(parts)"
    }

    private var noteLines: [String] {
        let rest = notes.count - Self.mostNotes
        return notes.prefix(Self.mostNotes) + (rest > 0 ? ["\(rest) more notes: --report FILE writes them all"] : [])
    }
}

/// "Conv 9, Add 3": the most frequent first.
func countText(_ counts: [String: Int]) -> String {
    counts.sorted { $0.value == $1.value ? $0.key < $1.key : $0.value > $1.value }
        .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
}

extension Tolerance {
    /// One line: what was asked, what was measured and where, and by how much it was missed.
    var text: String {
        let measured = "\(name) \(NumberText.plain(limit)): \(NumberText.significant(value, 5)) (\(place))"
        if passed { return measured + ", kept" }
        let gap = (value - limit).magnitude
        return measured + (gap.isFinite ? ", MISSED by \(NumberText.significant(gap))" : ", MISSED")
    }
}

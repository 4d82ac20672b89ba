extension BenchReport {
    /// The report in a few lines for a terminal.
    public var text: String {
        var fields = TextFields()
        fields.add("Median", "\(NumberText.fixed(medianMilliseconds, 3)) ms a run")
        fields.add("Least", "\(NumberText.fixed(leastMilliseconds, 3)) ms")
        fields.add("Spread", "\(NumberText.fixed(spreadMilliseconds, 3)) ms between the quartiles")
        fields.add("Runs", "\(runs), \(mode) mode, \(NumberText.amount(threads, "thread"))")
        if multiplyAccumulates.total > 0 {
            let unit = multiplyAccumulates.integer == 0 ? "GFLOP/s" : "GOP/s"
            fields.add(
                "Speed", "\(NumberText.fixed(gigaOperationsPerSecond, 2)) \(unit), \(multiplyAccumulates.text)")
            fields.add(
                "Peak",
                "\(NumberText.fixed(100 * shareOfPeak, 1)) % of what a single large convolution reaches here: "
                    + "\(NumberText.fixed(peak.float, 0)) GFLOP/s, \(NumberText.fixed(peak.integer, 0)) GOP/s")
        }
        fields.add("Inputs", inputs.map { "\($0.name): \($0.typeText)" })
        return ([model.path.printable, ""] + fields.lines + (profile?.lines ?? [])).joined(separator: "\n")
    }
}

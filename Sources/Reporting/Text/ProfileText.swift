extension Profile {
    /// The table of operators and the table of steps, each under an empty line.
    var lines: [String] {
        var byOperator = TextTable([("Operator", .leading), ("Steps", .trailing)] + Self.measures)
        for entry in operators {
            byOperator.add(
                [entry.operatorType, "\(entry.steps)"]
                    + Self.cells(entry.milliseconds, entry.share, entry.multiplyAccumulates, entry.onIntegers))
        }
        var byStep = TextTable([("Step", .leading), ("Operator", .leading)] + Self.measures)
        for step in steps {
            byStep.add(
                [step.name, step.operatorType]
                    + Self.cells(step.milliseconds, step.share, step.multiplyAccumulates, step.onIntegers))
        }
        return [""] + byOperator.lines + [""] + byStep.lines
    }

    private static let measures: [(title: String, alignment: TextTable.Alignment)] = [
        ("Time", .trailing), ("Share", .trailing), ("Speed", .trailing),
    ]

    private static func cells(_ milliseconds: Double, _ share: Double, _ work: Int, _ onIntegers: Bool) -> [String] {
        let speed = work > 0 && milliseconds > 0
            ? NumberText.fixed(2e-6 * Double(work) / milliseconds, 1) + (onIntegers ? " GOP/s" : " GFLOP/s") : ""
        return ["\(NumberText.fixed(milliseconds, 3)) ms", "\(NumberText.fixed(100 * share, 1)) %", speed]
    }
}

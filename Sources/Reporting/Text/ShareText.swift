extension MultiplyAccumulateShare {
    /// "12.5 M multiply-accumulates a run, 99.8 % on integers".
    var text: String { "\(NumberText.count(total)) multiply-accumulates a run, \(percentOnIntegers)" }

    /// "99.8 % on integers", where some are on more than 8 bits "99.8 % on integers (60.1 % on 8 bits, 39.7 % on 16)".
    var percentOnIntegers: String { "\(percent) % on integers" + parts }

    /// "99.8".
    var percent: String { Self.percent(share) }

    /// How the share is made up, where some of it is on more than 8 bits.
    var parts: String {
        guard wide > 0 else { return "" }
        func part(_ count: Int) -> String { Self.percent(Double(count) / Double(total)) }
        return " (\(part(narrow)) % on 8 bits, \(part(wide)) % on 16)"
    }

    private static func percent(_ share: Double) -> String { NumberText.fixed(100 * share, 1) }
}

extension ConversionReport {
    /// Released operators that the text names one by one; the rest is counted.
    private static let mostReleased = 6

    /// What was released for the tolerances, and what that did; nothing where no operator was measured.
    var releaseLines: [String] {
        guard let release, !release.operators.isEmpty else { return [] }
        let released = release.operators.filter { $0.releasedTo != nil }
        guard !released.isEmpty else { return ["nothing: the tolerance is missed with every operator in float, too"] }
        let share = "\(release.shareBefore.percent) -> \(multiplyAccumulates.percentOnIntegers)"
        let names = released.prefix(Self.mostReleased).map { $0.text(total: release.shareBefore.total) }
        let rest = released.count - names.count
        return ["\(release.change); \(share)"] + names
            + (rest > 0 ? ["\(rest) more: --report FILE writes them all"] : [])
    }
}

extension ConversionReport.Release {
    /// "SQNR 28.10 -> 32.04 dB, top-1 79.5 -> 80.2 %".
    fileprivate var change: String {
        let sqnr = "SQNR \(NumberText.fixed(before.sqnr, 2)) -> \(NumberText.fixed(after.sqnr, 2)) dB"
        guard let first = before.top1Quantized, let last = after.top1Quantized else { return sqnr }
        return sqnr + ", top-1 \(NumberText.fixed(first, 2)) -> \(NumberText.fixed(last, 2)) %"
    }
}

extension ConversionReport.Release.Operator {
    private static let mostOfName = 40

    fileprivate func text(total: Int) -> String {
        let short = name.count > Self.mostOfName ? "..." + name.suffix(Self.mostOfName) : name
        let share = total > 0 ? 100 * Double(work) / Double(total) : 0
        let work = own == nil ? "" : "\(NumberText.fixed(share, 1)) % of the work, "
        let alone = own.map { ", \(NumberText.fixed($0, 1)) dB alone on 8 bits" } ?? ""
        let change = (gain < 0 ? "" : "+") + NumberText.fixed(gain, 2)
        return "\(operatorType) \(short) \(place): \(work)\(change) dB alone\(alone)"
    }

    private var place: String { releasedTo == .wide ? "to 16 bits" : "to float" }
}

import OnnxQuant

/// Shows on a terminal how much of long work is done; in a pipe, nothing.
final class ProgressBar {
    private static let width = 30
    private static let pause = Duration.milliseconds(100)

    private let isVisible = Terminal.isInteractive
    private var lastShown: ContinuousClock.Instant?

    /// `fraction` is in 0...1. Redraws at most ten times a second.
    func show(_ stage: Stage, _ fraction: Double) {
        guard isVisible else { return }
        let now = ContinuousClock.now
        if let lastShown, now - lastShown < Self.pause { return }
        lastShown = now
        let filled = Int((min(max(fraction, 0), 1) * Double(Self.width)).rounded())
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        Terminal.write("\r\(stage.rawValue) [\(bar)] \(Int(fraction * 100)) %\u{1b}[K")
    }

    /// Runs `body` with a bar that is gone when it ends.
    static func during<R>(_ body: (Progress) throws -> R) rethrows -> R {
        let bar = ProgressBar()
        defer { bar.clear() }
        return try body(bar.show)
    }

    /// Takes the bar away.
    func clear() {
        if lastShown != nil { Terminal.write("\r\u{1b}[K") }
        lastShown = nil
    }
}

/// Measures the wall-clock seconds of stages.
struct Stopwatch {
    private let clock = ContinuousClock()
    private let start: ContinuousClock.Instant
    private var lapStart: ContinuousClock.Instant

    init() {
        start = clock.now
        lapStart = start
    }

    /// Seconds since the last lap or the start.
    mutating func lap() -> Double {
        let now = clock.now
        defer { lapStart = now }
        return lapStart.duration(to: now).seconds
    }

    /// Seconds since the start.
    var total: Double { start.duration(to: clock.now).seconds }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

/// A limit that the user set, and what was measured against it.
public struct Tolerance: Codable, Sendable, Equatable {
    /// The option that set it, without dashes: `min-sqnr`, `min-cosine`, `max-top1-drop`.
    public var name: String
    public var limit: Double
    /// The worst value measured, of all outputs and modes that the limit counts for.
    public var value: Double
    /// Where the worst value was measured: an output, and the mode of execution where there are several.
    public var place: String
    public var passed: Bool

    /// A limit that `value` must reach. A value that is no number misses it.
    public init(_ name: String, atLeast limit: Double, value: Double, at place: String) {
        self.init(name, limit, value, place, passed: value >= limit)
    }

    /// A limit that `value` must not exceed. A value that is no number misses it.
    public init(_ name: String, atMost limit: Double, value: Double, at place: String) {
        self.init(name, limit, value, place, passed: value <= limit)
    }

    private init(_ name: String, _ limit: Double, _ value: Double, _ place: String, passed: Bool) {
        self.name = name
        self.limit = limit
        self.value = value
        self.place = place
        self.passed = passed
    }
}

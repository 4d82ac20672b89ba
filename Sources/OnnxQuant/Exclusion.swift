/// What is wrong with the pattern of `--exclude`.
public struct PatternFault: Error, Sendable, Hashable {
    public var pattern: String
    public var reason: String
}

/// Decides by a regular expression which nodes stay float.
struct Exclusion {
    private let expression: Regex<AnyRegexOutput>

    /// Throws `PatternFault`.
    init(_ pattern: String) throws {
        do {
            expression = try Regex(pattern)
        } catch {
            throw PatternFault(pattern: pattern, reason: "\(error)")
        }
    }

    /// Whether the expression is found in the name or in the operator type.
    func matches(name: String, opType: String) -> Bool {
        name.firstMatch(of: expression) != nil || opType.firstMatch(of: expression) != nil
    }
}

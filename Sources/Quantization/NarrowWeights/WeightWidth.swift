public import GraphIR

/// The integers that weights are rounded to: signed, symmetric, without the least one.
public enum WeightWidth: String, Sendable, CaseIterable {
    case int8
    /// Two weights a byte; written at operator set 21, the first that has them.
    case int4

    public var elementType: ElementType { self == .int8 ? .int8 : .int4 }

    /// The least operator set a model with such weights needs.
    public var leastOpset: Int { self == .int8 ? 13 : 21 }
}

extension ElementType {
    /// The largest magnitude of weights of this type: 127 or 7.
    var largestWeight: Int { integerRange?.upperBound ?? 127 }
}

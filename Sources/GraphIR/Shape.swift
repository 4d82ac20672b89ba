/// One extent of a shape: a number, a named symbol, or nothing known.
public enum Dimension: Sendable, Hashable, CustomStringConvertible {
    case known(Int)
    case symbol(String)
    case unknown

    /// The extent where it is a number.
    public var value: Int? { if case .known(let n) = self { n } else { nil } }

    public var description: String {
        switch self {
        case .known(let n): "\(n)"
        case .symbol(let s): s
        case .unknown: "?"
        }
    }
}

extension Dimension: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .known(value) }
}

/// The extents of a tensor, outermost first. A scalar has none.
public struct Shape: Sendable, Hashable, CustomStringConvertible {
    public var dimensions: [Dimension]
    /// `TensorShapeProto.Dimension.denotation` of the dimensions that have one, by position.
    public var denotations: [Int: String] = [:]

    public init(_ dimensions: [Dimension]) { self.dimensions = dimensions }
    public init(_ extents: [Int]) { dimensions = extents.map(Dimension.known) }

    public static var scalar: Shape { Shape([Dimension]()) }

    public var rank: Int { dimensions.count }
    public subscript(axis: Int) -> Dimension { dimensions[axis] }

    /// All extents, where every one is a number.
    public var extents: [Int]? {
        var result: [Int] = []
        result.reserveCapacity(dimensions.count)
        for dimension in dimensions {
            guard let n = dimension.value else { return nil }
            result.append(n)
        }
        return result
    }

    /// The number of elements, where every extent is a number and the product is one too. O(rank).
    public var elementCount: Int? {
        guard let extents else { return nil }
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }

    public var description: String { "[" + dimensions.map(\.description).joined(separator: ", ") + "]" }
}

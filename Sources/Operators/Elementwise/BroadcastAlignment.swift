internal import GraphIR

/// How the shape of a second operand is laid against that of the first.
enum BroadcastAlignment: Sendable {
    /// Opset 7 and later: both are aligned at the end, and either may repeat.
    case numpy
    /// Before, with `broadcast` 0: the shapes are equal.
    case equal
    /// Before, with `broadcast` 1: the second operand's axes are those of the first from `axis` on, or else the last.
    case within(axis: Int?)

    init(_ node: Node, opset: Int) {
        if opset >= 7 {
            self = .numpy
        } else {
            self = node.int("broadcast") ?? 0 != 0 ? .within(axis: node.int("axis")) : .equal
        }
    }

    /// The shape of the result; `nil` where the rank is not known. Throws `OperatorFault.shape` or `.attribute`.
    func result(_ a: Shape?, _ b: Shape?) throws -> Shape? {
        switch self {
        case .numpy: return try broadcast([a, b])
        case .equal:
            guard let a, let b else { return a ?? b }
            guard a.rank == b.rank else { throw OperatorFault.shape("\(a) and \(b) differ, and broadcast is 0") }
            return try broadcast(a, b)
        case .within:
            guard let a, let b else { return a }
            let aligned = Shape(try aligned(b.dimensions, against: a.dimensions, filler: 1))
            let both = try broadcast(a, aligned)
            guard both.rank == a.rank, zip(both.dimensions, a.dimensions).allSatisfy({ $0 == $1 || $1.value == nil })
            else { throw OperatorFault.shape("\(b) does not broadcast to \(a)") }
            return a
        }
    }

    /// The extents of the second operand, with those of 1 behind them that align it. Throws as `result` does.
    func aligned(_ b: [Int], against a: [Int]) throws -> [Int] { try aligned(b, against: a, filler: 1) }

    private func aligned<Extent>(_ b: [Extent], against a: [Extent], filler: Extent) throws -> [Extent] {
        guard case .within(let axis?) = self else { return b }
        let start = try normalizedAxis(axis, rank: a.count)
        guard b.count <= a.count - start else {
            throw OperatorFault.shape("\(b.count) dimensions do not fit into \(a.count) from axis \(start) on")
        }
        return b + Array(repeating: filler, count: a.count - start - b.count)
    }
}

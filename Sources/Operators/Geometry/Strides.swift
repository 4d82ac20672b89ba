import GraphIR

/// The distance in elements between neighbours along each axis of a row-major tensor. An extent of 0 counts as 1.
/// `extents` must have a `checkedProduct`. O(rank).
public func rowMajorStrides(_ extents: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * max(extents[axis + 1], 1) }
    return strides
}

/// A tensor's extents as seen from one of its axes: the product before it, its own, the product behind it.
/// `extents` must have a `checkedProduct`. O(rank).
public func around(_ axis: Int, of extents: [Int]) -> (outer: Int, extent: Int, inner: Int) {
    (extents[..<axis].reduce(1, *), extents[axis], extents[(axis + 1)...].reduce(1, *))
}

extension Facts {
    /// Bytes of one element. Throws `OperatorFault.elementType` for strings and packed types, which do not have whole
    /// ones.
    func elementWidth(input: Int = 0) throws -> Int {
        guard elementType.bits >= 8 else { throw OperatorFault.elementType(input: input, got: elementType) }
        return elementType.bits / 8
    }

    /// Throws `OperatorFault.elementType` where the type is not one of `types`.
    func requireType(_ types: ElementType..., input: Int) throws {
        guard types.contains(elementType) else { throw OperatorFault.elementType(input: input, got: elementType) }
    }

    /// Throws `OperatorFault.rank` where the rank is known and not `rank`.
    func requireRank(_ rank: Int, input: Int) throws {
        if let got = self.rank, got != rank { throw OperatorFault.rank(input: input, got: got, expected: "\(rank)") }
    }
}

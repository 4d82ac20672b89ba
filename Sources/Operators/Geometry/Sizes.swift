public import GraphIR

/// The most bytes one tensor may take: 8 GiB. What is larger is refused before anything is reserved for it.
public let largestTensorBytes = 1 << 33

/// The most elements one tensor may have: as many as fit `largestTensorBytes` at two bits each.
public let largestElementCount = largestTensorBytes * 4

/// The number of elements of a tensor with these extents, for numbers that come from a file: never overflows.
///
/// 1 for a scalar, 0 where an extent is 0. An extent of 0 counts as 1 against the limit, so that every partial product
/// (a stride, an outer size) is within it as well. Throws `OperatorFault.shape` for a negative extent and for more than
/// `largestElementCount` elements. O(rank).
@discardableResult
public func checkedProduct(_ extents: some Sequence<Int>) throws -> Int {
    var limited = 1
    var isEmpty = false
    for extent in extents {
        guard extent >= 0 else { throw OperatorFault.shape("an extent is negative: \(extent)") }
        if extent == 0 { isEmpty = true }
        let (product, overflow) = limited.multipliedReportingOverflow(by: max(extent, 1))
        guard !overflow, product <= largestElementCount else {
            throw OperatorFault.shape("the extents \(Array(extents)) give more than \(largestElementCount) elements")
        }
        limited = product
    }
    return isEmpty ? 0 : limited
}

/// `a + b`; throws `OperatorFault.shape` where the sum does not fit an `Int`.
public func checkedSum(_ a: Int, _ b: Int) throws -> Int {
    let (sum, overflow) = a.addingReportingOverflow(b)
    guard !overflow else { throw OperatorFault.shape("the sum of \(a) and \(b) is out of range") }
    return sum
}

extension ElementType {
    /// The bytes of a tensor with these extents. Throws `OperatorFault.shape` as `checkedProduct` does, and for more
    /// than `largestTensorBytes`. O(rank).
    @discardableResult
    public func checkedByteCount(_ extents: [Int]) throws -> Int {
        let bytes = byteCount(try checkedProduct(extents))
        guard bytes <= largestTensorBytes else {
            throw OperatorFault.shape("a tensor of \(extents) takes \(bytes) bytes; the limit is \(largestTensorBytes)")
        }
        return bytes
    }
}

extension Facts {
    /// Throws `OperatorFault.shape` where the known extents are negative, or give a tensor over the size limit; symbols
    /// pass. O(rank).
    public func checkSize() throws { try elementType.checkedByteCount(shape?.dimensions.compactMap(\.value) ?? []) }
}

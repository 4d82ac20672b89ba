public import GraphIR

/// A tensor in memory that belongs to somebody else: valid only as long as its giver says.
public struct TensorView {
    public var elementType: ElementType
    public var extents: [Int]
    /// The elements, row-major.
    public var bytes: UnsafeRawBufferPointer

    public init(_ elementType: ElementType, _ extents: [Int], bytes: UnsafeRawBufferPointer) {
        self.elementType = elementType
        self.extents = extents
        self.bytes = bytes
    }

    public var elementCount: Int { extents.reduce(1, *) }

    /// A copy that outlives the view. O(n).
    public func copy() -> Tensor { Tensor(elementType, extents, bytes: ArrayBytes(Array(bytes))) }
}

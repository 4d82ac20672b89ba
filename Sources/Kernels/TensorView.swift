public import GraphIR

/// A tensor in memory that belongs to somebody else: valid only as long as its giver says.
public struct TensorView {
    public var elementType: ElementType
    public var extents: [Int]
    public var layout: TensorLayout
    /// The elements, in the order of `layout`.
    public var bytes: UnsafeRawBufferPointer

    public init(
        _ elementType: ElementType, _ extents: [Int], layout: TensorLayout = .planar, bytes: UnsafeRawBufferPointer
    ) {
        self.elementType = elementType
        self.extents = extents
        self.layout = layout
        self.bytes = bytes
    }

    public var elementCount: Int { extents.reduce(1, *) }

    /// A row-major copy that outlives the view. O(n).
    public func copy() -> Tensor { copy(as: .planar) }

    /// A copy with the elements in the order of another layout. O(n).
    public func copy(as wanted: TensorLayout) -> Tensor {
        guard wanted != layout, let source = bytes.baseAddress,
            let change = LayoutChange(elementType, extents, from: layout, to: wanted)
        else { return Tensor(elementType, extents, bytes: ArrayBytes(Array(bytes))) }
        let copy = AlignedMemory(count: bytes.count)
        change.run(from: source, to: copy.base)
        return Tensor(elementType, extents, bytes: copy)
    }
}

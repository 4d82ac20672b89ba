internal import CKernels

/// Upright rectangles of which the best are kept, less those that overlap a better one too much.
public struct BoxSelection: Sendable {
    private let boxes: [Float]

    /// `boxes` [count, 4]: left, top, right and bottom of each.
    public init(_ boxes: [Float]) { self.boxes = boxes }

    /// The positions of those of `order`, best first, that share at most `overlap` of their union with each better one
    /// that is kept; `most` in all. O(order × kept).
    public func kept(of order: [Int32], most: Int, overlap: Float) -> [Int32] {
        let most = min(most, order.count)
        guard most > 0 else { return [] }
        return Array(unsafeUninitializedCapacity: most) { kept, found in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: ck_keep_boxes_scratch(most)) { scratch in
                ck_keep_boxes(boxes, order, order.count, most, overlap, scratch.baseAddress, kept.baseAddress, &found)
            }
        }
    }
}

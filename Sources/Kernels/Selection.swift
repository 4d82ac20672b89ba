internal import CKernels

/// Takes each element from one of two arrays; the three operands are broadcast to the shape of the result.
public struct Selection: Sendable {
    private let axes: [ck_select_axis]
    private let width: Int32
    private let isEmpty: Bool

    /// The extents must broadcast to `output`; elements have `width` bytes: 1, 2, 4 or 8. O(rank).
    public init(condition: [Int], x: [Int], z: [Int], output: [Int], width: Int) {
        self.width = Int32(width)
        isEmpty = output.contains(0)
        guard !isEmpty else {
            axes = []
            return
        }
        let merged = MergedAxes(
            extents: output, strides: [condition, x, z, output].map { MergedAxes.broadcastStrides($0, to: output) })
        axes = merged.extents.indices.map {
            ck_select_axis(
                extent: merged.extents[$0], condition: merged.strides[0][$0], x: merged.strides[1][$0] * width,
                z: merged.strides[2][$0] * width, y: merged.strides[3][$0] * width)
        }
    }

    /// Writes `x` where the condition's byte is not 0, else `z`. `y` must not overlap the operands. O(elements).
    public func run(
        condition: UnsafeRawPointer, _ x: UnsafeRawPointer, _ z: UnsafeRawPointer, _ y: UnsafeMutableRawPointer
    ) {
        guard !isEmpty else { return }
        axes.withUnsafeBufferPointer { ck_select(condition, x, z, y, $0.baseAddress, Int32($0.count), width) }
    }
}

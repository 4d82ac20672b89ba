internal import CKernels
public import GraphIR

/// Linear quantization of a float32 tensor to an integer type, and back: one grid for the tensor, one for each index of
/// an axis, or one for each block of neighbours along an axis.
///
/// `q = clamp(roundHalfToEven(x / scale) + zeroPoint)` with a true float32 division, and `x = (q - zeroPoint) * scale`:
/// the same bits on every processor. NaN becomes the type's least value.
public struct LinearQuantizer: Sendable {
    /// The integer types that have grids; int32 is only dequantized. Types of fewer than 8 bits are packed.
    public static let types: Set<ElementType> = [
        .uint8, .int8, .uint16, .int16, .uint4, .int4, .uint2, .int2, .int32,
    ]

    /// How many scales and zero points `quantize` and `dequantize` read.
    public let gridCount: Int

    private let type: ck_element
    private let walk: GridWalk

    private init(_ type: ElementType, gridCount: Int, _ walk: GridWalk) {
        self.type = ck_element(UInt32(type.rawValue))
        self.gridCount = gridCount
        self.walk = walk
    }

    /// One grid for all of `count` elements of `type`, one of `types`.
    public init(_ type: ElementType, count: Int) { self.init(type, gridCount: 1, GridWalk(count: count)) }

    /// One grid for each index of `axis`, a dimension of `extents` counted from the front.
    public init(_ type: ElementType, extents: [Int], axis: Int) {
        self.init(type, gridCount: extents[axis], GridWalk(extents: extents, axis: axis))
    }

    /// One grid for each `blockSize` (at least 1) neighbours along `axis`, the last block perhaps shorter. The grids
    /// are laid out as the tensor is, with the number of blocks in place of the axis' extent.
    public init(_ type: ElementType, extents: [Int], axis: Int, blockSize: Int) {
        let walk = GridWalk(extents: extents, axis: axis, blockSize: blockSize)
        self.init(type, gridCount: walk.outer * walk.gridsPerOuter, walk)
    }

    /// Quantizes the whole tensor. O(elements).
    public func quantize(
        _ x: UnsafePointer<Float>, into q: UnsafeMutableRawPointer, scales: UnsafePointer<Float>,
        zeroPoints: UnsafePointer<Int32>
    ) {
        walk.forEachRun { first, count, grid in
            if walk.isGridPerElement {
                ck_quantize_each(x + first, count, scales + grid, zeroPoints + grid, q, first, type)
            } else {
                ck_share_quantize(x + first, count, scales[grid], zeroPoints[grid], q, first, type)
            }
        }
    }

    /// Dequantizes the whole tensor. O(elements).
    public func dequantize(
        _ q: UnsafeRawPointer, into x: UnsafeMutablePointer<Float>, scales: UnsafePointer<Float>,
        zeroPoints: UnsafePointer<Int32>
    ) {
        walk.forEachRun { first, count, grid in
            if walk.isGridPerElement {
                ck_dequantize_each(q, first, count, scales + grid, zeroPoints + grid, x + first, type)
            } else {
                ck_dequantize(q, first, count, scales[grid], zeroPoints[grid], x + first, type)
            }
        }
    }

    /// `x / scale + zeroPoint` without rounding: grids of floating-point numbers. `x` and `y` may be the same memory.
    /// O(elements).
    public func scaleDown(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, scales: UnsafePointer<Float>,
        zeroPoints: UnsafePointer<Int32>
    ) {
        forEachElement { i, grid in y[i] = x[i] / scales[grid] + Float(zeroPoints[grid]) }
    }

    /// `(x - zeroPoint) * scale`, from floating-point grids. `x` and `y` may be the same memory. O(elements).
    public func scaleUp(
        _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, scales: UnsafePointer<Float>,
        zeroPoints: UnsafePointer<Int32>
    ) {
        forEachElement { i, grid in y[i] = (x[i] - Float(zeroPoints[grid])) * scales[grid] }
    }

    @inline(__always)
    private func forEachElement(_ body: (_ element: Int, _ grid: Int) -> Void) {
        let step = walk.isGridPerElement ? 1 : 0
        walk.forEachRun { first, count, grid in
            for i in 0..<count { body(first + i, grid + i * step) }
        }
    }

    /// The least and greatest of the numbers and 0, NaN passed over. O(count).
    public static func rangeWithZero(_ x: UnsafePointer<Float>, count: Int) -> (least: Float, greatest: Float) {
        var least: Float = 0
        var greatest: Float = 0
        ck_range_with_zero(x, count, &least, &greatest)
        return (least, greatest)
    }
}

internal import CKernels

/// Functions of one 8-bit integer, one for each index of an axis of the result, as tables.
public struct ByteTables: Sendable {
    /// Table after table.
    private let entries: [UInt8]
    private let outer: Int, channels: Int, inner: Int
    /// Brings x to the result's extents, where it has others.
    private let broadcast: StridedCopy?

    /// `values` are the results' bytes, [256, extent of the axis], for the 256 inputs, from the least on; the inputs
    /// are int8 or uint8. `x` must broadcast to `output`; both, and `axis`, are as they lie in memory. O(values).
    public init(_ values: [UInt8], inputIsSigned: Bool, x: [Int], output: [Int], axis: Int) {
        let channels = output[axis], flip = inputIsSigned ? 128 : 0
        entries = (0..<channels).flatMap { channel in
            (0..<256).map { byte in values[(byte ^ flip) * channels + channel] }
        }
        self.channels = channels
        outer = output[..<axis].reduce(1, *)
        inner = output[(axis + 1)...].reduce(1, *)
        broadcast = x == output ? nil : StridedCopy(
            extents: output, source: MergedAxes.broadcastStrides(x, to: output),
            target: MergedAxes.broadcastStrides(output, to: output), width: 1)
    }

    /// Writes all of `y`, which may be `x` where both have as many elements. O(elements).
    public func run(_ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
        broadcast?.run(from: x, to: y)
        ck_lookup_each(broadcast == nil ? x : UnsafePointer(y), outer, channels, inner, entries, y)
    }
}

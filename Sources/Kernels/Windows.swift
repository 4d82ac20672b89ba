internal import CKernels

/// The windows of one group of a convolution: for each output position the numbers that its sums run over, channel after
/// channel. Zeros where they lie in the padding.
public struct Windows: Sendable {
    private var windows = ck_windows()
    /// Channels of the group.
    public let channels: Int
    /// Numbers of a window that come from one channel.
    public let taps: Int
    /// Numbers of one channel of the data.
    private let plane: Int

    public init(_ shape: ConvolutionShape) {
        channels = shape.sourceChannels / shape.groups
        taps = shape.kernel.reduce(1, *)
        plane = shape.source.reduce(1, *)
        windows.spatial = Int32(clamping: shape.source.count)
        windows.channels = Int64(channels)
        copy(shape.source, to: &windows.extent)
        copy(shape.kernel, to: &windows.kernel)
        copy(shape.strides, to: &windows.stride)
        copy(shape.dilations, to: &windows.dilation)
        copy(shape.padsBegin, to: &windows.pad)
        copy(shape.destination, to: &windows.output)
    }

    /// Windows of a single position over planes of `extents`.
    public init(channels: Int, of extents: [Int]) {
        let ones = extents.map { _ in 1 }, zeros = extents.map { _ in 0 }
        self.init(ConvolutionShape(
            batch: 1, groups: 1, sourceChannels: channels, destinationChannels: channels, source: extents, kernel: ones,
            destination: extents, strides: ones, dilations: ones, padsBegin: zeros, padsEnd: zeros))
    }

    /// Copies the windows at some output positions to rows of `target`, the first at `row`. `data` is one sample's channels
    /// of the group, planar; positions count the output row-major.
    public func gather(_ data: UnsafePointer<Float>, positions: [Int64], into target: Matrix, row: Int) {
        withUnsafePointer(to: windows) {
            ck_gather_windows($0, data, positions, Int64(positions.count), target.base + row * target.columns)
        }
    }

    /// Adds to `sums`, one for each number of a window, that number of all windows of one sample. O(windows).
    public func addSums(of data: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Double>) {
        nonisolated(unsafe) let (data, sums) = (data, sums)
        KernelThreads.share(channels) { [windows, plane, taps] range in
            var part = windows
            part.channels = Int64(range.count)
            ck_add_window_sums(&part, data + range.lowerBound * plane, sums + range.lowerBound * taps)
        }
    }
}

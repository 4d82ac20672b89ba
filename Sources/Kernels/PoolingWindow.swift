internal import CKernels

/// A window sliding over images of 1 to 3 spatial axes.
public struct PoolingWindow: Sendable {
    private var window = ck_window()

    /// The arrays hold one entry a spatial axis, 3 at most; dilation 1 means a dense window. In planar layout every
    /// channel of every sample is an image of its own.
    public init(
        batch: Int, channels: Int, layout: TensorLayout, source: [Int], kernel: [Int], destination: [Int],
        strides: [Int], dilations: [Int], padsBegin: [Int], padsEnd: [Int]
    ) {
        precondition((1...3).contains(source.count), "pooling takes 1 to 3 spatial axes")
        let planar = layout == .planar
        window.images = Int64(planar ? batch * channels : batch)
        window.channels = Int64(planar ? 1 : channels)
        func padded(_ values: [Int], with filler: Int) -> [Int] {
            Array(repeating: filler, count: 3 - values.count) + values
        }
        copy(padded(source, with: 1), to: &window.source)
        copy(padded(kernel, with: 1), to: &window.kernel)
        copy(padded(destination, with: 1), to: &window.destination)
        copy(padded(strides, with: 1), to: &window.stride)
        copy(padded(dilations, with: 1), to: &window.dilation)
        copy(padded(padsBegin, with: 0), to: &window.pad_begin)
        copy(padded(padsEnd, with: 0), to: &window.pad_end)
    }

    /// The greatest value under each window; the least of the type where a window covers padding only.
    public func max(_ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: window) { ck_max_pool_f32($0, source, destination) }
    }

    public func max(_ source: UnsafePointer<UInt8>, _ destination: UnsafeMutablePointer<UInt8>) {
        withUnsafePointer(to: window) { ck_max_pool_u8($0, source, destination) }
    }

    public func max(_ source: UnsafePointer<Int8>, _ destination: UnsafeMutablePointer<Int8>) {
        withUnsafePointer(to: window) { ck_max_pool_s8($0, source, destination) }
    }

    /// As `max`, with the place of each maximum in the whole tensor, counted row-major or, where `reversed`, with the
    /// last spatial axis outermost. Planar layout only.
    public func max(
        _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>,
        places: UnsafeMutablePointer<Int64>, reversed: Bool
    ) {
        withUnsafePointer(to: window) { ck_max_pool_places_f32($0, reversed, source, destination, places) }
    }

    public func max(
        _ source: UnsafePointer<UInt8>, _ destination: UnsafeMutablePointer<UInt8>,
        places: UnsafeMutablePointer<Int64>, reversed: Bool
    ) {
        withUnsafePointer(to: window) { ck_max_pool_places_u8($0, reversed, source, destination, places) }
    }

    public func max(
        _ source: UnsafePointer<Int8>, _ destination: UnsafeMutablePointer<Int8>,
        places: UnsafeMutablePointer<Int64>, reversed: Bool
    ) {
        withUnsafePointer(to: window) { ck_max_pool_places_s8($0, reversed, source, destination, places) }
    }

    /// The mean under each window, over its positions inside the image, or inside image and padding.
    public func average(
        _ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, countPadding: Bool
    ) {
        withUnsafePointer(to: window) { ck_average_pool_f32($0, countPadding, source, destination) }
    }

    /// (sum |x|^p)^(1/p) under each window.
    public func norm(_ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, p: Int) {
        withUnsafePointer(to: window) { ck_lp_pool_f32($0, Int32(clamping: p), source, destination) }
    }

    /// Values of a row of windows.
    var rowCount: Int { Int(window.destination.2 * window.channels) }

    func byteAverage(
        _ average: UnsafePointer<ck_byte_average>, _ source: UnsafePointer<UInt8>,
        _ destination: UnsafeMutablePointer<UInt8>, row: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: window) { ck_byte_average_pool($0, average, source, destination, row) }
    }
}

/// Reductions over all spatial positions of an image.
public struct GlobalPooling: Sendable {
    private var images: Int64
    private var positions: Int64
    private var channels: Int64

    /// In planar layout every channel of every sample is an image of its own.
    public init(batch: Int, channels: Int, positions: Int, layout: TensorLayout) {
        images = Int64(layout == .planar ? batch * channels : batch)
        self.channels = Int64(layout == .planar ? 1 : channels)
        self.positions = Int64(positions)
    }

    /// Results: one an image and channel.
    var imageCount: Int { Int(images * channels) }

    var positionCount: Int { Int(positions) }

    func byteSums(
        _ source: UnsafePointer<UInt8>, zeroPoint: Int32, isSigned: Bool, into sums: UnsafeMutablePointer<Int32>
    ) {
        ck_byte_sums(images, positions, channels, isSigned, zeroPoint, source, sums)
    }

    public func average(_ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>) {
        ck_global_average_f32(images, positions, channels, source, destination)
    }

    public func max(_ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>) {
        ck_global_max_f32(images, positions, channels, source, destination)
    }

    public func norm(_ source: UnsafePointer<Float>, _ destination: UnsafeMutablePointer<Float>, p: Int) {
        ck_global_lp_f32(images, positions, channels, Int32(clamping: p), source, destination)
    }
}

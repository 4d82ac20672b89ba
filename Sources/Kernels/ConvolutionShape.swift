internal import CDNN

/// The extents of a convolution over 1 to 3 spatial axes.
public struct ConvolutionShape: Sendable, Hashable {
    /// Whether this is a transposed convolution (the ONNX operator ConvTranspose).
    public var isTransposed = false
    public var batch: Int
    public var groups: Int
    public var sourceChannels: Int
    public var destinationChannels: Int
    /// Spatial extents.
    public var source: [Int]
    public var kernel: [Int]
    public var destination: [Int]
    public var strides: [Int]
    /// 1 means a dense kernel.
    public var dilations: [Int]
    public var padsBegin: [Int]
    public var padsEnd: [Int]
    public var sourceLayout = TensorLayout.planar
    public var destinationLayout = TensorLayout.planar

    public init(
        batch: Int, groups: Int, sourceChannels: Int, destinationChannels: Int, source: [Int], kernel: [Int],
        destination: [Int], strides: [Int], dilations: [Int], padsBegin: [Int], padsEnd: [Int]
    ) {
        self.batch = batch
        self.groups = groups
        self.sourceChannels = sourceChannels
        self.destinationChannels = destinationChannels
        self.source = source
        self.kernel = kernel
        self.destination = destination
        self.strides = strides
        self.dilations = dilations
        self.padsBegin = padsBegin
        self.padsEnd = padsEnd
    }

    /// The same in C's terms, all operands float32, without bias. More than 3 axes are for C to refuse.
    var description: cdnn_convolution {
        var c = cdnn_convolution()
        c.transposed = isTransposed
        c.spatial = Int32(clamping: source.count)
        c.batch = Int64(batch)
        c.groups = Int64(groups)
        c.source_channels = Int64(sourceChannels)
        c.destination_channels = Int64(destinationChannels)
        copy(source, to: &c.source)
        copy(kernel, to: &c.kernel)
        copy(destination, to: &c.destination)
        copy(strides, to: &c.stride)
        copy(dilations, to: &c.dilation)
        copy(padsBegin, to: &c.pad_begin)
        copy(padsEnd, to: &c.pad_end)
        c.source_layout = sourceLayout == .planar ? CDNN_PLANAR : CDNN_CHANNELS_LAST
        c.destination_layout = destinationLayout == .planar ? CDNN_PLANAR : CDNN_CHANNELS_LAST
        return c
    }
}

/// Fills a C array of 64-bit integers, as far as it reaches.
func copy<CArray>(_ values: [Int], to array: inout CArray) {
    withUnsafeMutableBytes(of: &array) { raw in
        for (slot, value) in zip(raw.bindMemory(to: Int64.self).indices, values) {
            raw.storeBytes(of: Int64(value), toByteOffset: slot * 8, as: Int64.self)
        }
    }
}

internal import CKernels

/// Float32 images read at places that come with the data.
public struct GridSampling: Sendable {
    public enum Mode: Sendable { case nearest, linear, cubic }

    /// What is read off the image.
    public enum Outside: Sendable { case zeros, border, reflection }

    private let sampling: ck_sampling
    private let imageSize: Int
    private let channels: Int

    /// `source` are the 1 to 3 spatial extents.
    public init(channels: Int, source: [Int], mode: Mode, outside: Outside, alignCorners: Bool) {
        var sampling = ck_sampling()
        sampling.axes = Int64(source.count)
        sampling.channels = Int64(channels)
        copy(Array(repeating: 1, count: 3 - source.count) + source, to: &sampling.source)
        sampling.mode =
            switch mode {
            case .nearest: CK_SAMPLE_NEAREST
            case .linear: CK_SAMPLE_LINEAR
            case .cubic: CK_SAMPLE_CUBIC
            }
        sampling.outside =
            switch outside {
            case .zeros: CK_OUTSIDE_ZEROS
            case .border: CK_OUTSIDE_BORDER
            case .reflection: CK_OUTSIDE_REFLECTION
            }
        sampling.align_corners = alignCorners
        self.sampling = sampling
        self.channels = channels
        imageSize = channels * source.reduce(1, *)
    }

    /// Reads `batch` images [batch, channels, source...] at `count` places each, [batch, count, axes], the innermost
    /// axis first, into `y` [batch, channels, count]. O(batch × channels × count).
    public func run(
        _ x: UnsafePointer<Float>, places: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, batch: Int, count: Int
    ) {
        withUnsafePointer(to: sampling) {
            for image in 0..<batch {
                ck_sample_grid(
                    $0, x + image * imageSize, places + image * count * Int(sampling.axes), Int64(count),
                    y + image * count * channels)
            }
        }
    }
}

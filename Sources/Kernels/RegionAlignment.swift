internal import CKernels

/// Regions cut out of float32 images and brought to one size.
public struct RegionAlignment: Sendable {
    private let regions: ck_regions
    private let imageSize: Int
    private let regionSize: Int

    /// `samples` of 0 chooses about one a pixel; `isGreatest` takes the greatest of them instead of their mean.
    public init(
        channels: Int, height: Int, width: Int, rows: Int, columns: Int, samples: Int, scale: Float, halfPixel: Bool,
        isGreatest: Bool
    ) {
        regions = ck_regions(
            channels: Int64(channels), height: Int64(height), width: Int64(width), rows: Int64(rows),
            columns: Int64(columns), samples: Int64(samples), scale: scale, half_pixel: halfPixel,
            greatest: isGreatest)
        imageSize = channels * height * width
        regionSize = channels * rows * columns
    }

    /// Cuts the regions `boxes` [count, 4] out of the images of `x` that `images` [count] names, into `y`
    /// [count, channels, rows, columns]. O(count × channels × rows × columns × samples²).
    public func run(
        _ x: UnsafePointer<Float>, images: UnsafePointer<Int64>, boxes: UnsafePointer<Float>, count: Int,
        _ y: UnsafeMutablePointer<Float>
    ) {
        nonisolated(unsafe) let (x, images, boxes, y) = (x, images, boxes, y)
        KernelThreads.share(count) { range in
            withUnsafePointer(to: regions) {
                for index in range {
                    ck_align_region($0, x + Int(images[index]) * imageSize, boxes + 4 * index, y + index * regionSize)
                }
            }
        }
    }
}

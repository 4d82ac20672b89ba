public import GraphIR
internal import Kernels

/// Grids for constant weights: signed, symmetric, narrow range [-127, 127] or [-7, 7], one scale a channel.
public enum WeightGrids {
    /// The largest int32 a bias may take: half the range, so that the products still find room in the accumulator.
    static let largestBias: Float = 0x1p30

    /// The grid of `weight` (float32) along `axis`: scale = max |w| / 127, or / 7 for int4, in each channel, or of all
    /// where there is no axis. A channel of zeros gets the largest scale of the others, or 1. `nil` where a value is not
    /// finite. The weight's bytes are set aside after. O(n).
    public static func symmetric(_ weight: Tensor, axis: Int?, _ elementType: ElementType = .int8) -> Grid? {
        defer { weight.bytes.setAside() }
        let channels = axis.map { weight.extents[$0] } ?? 1
        let inner = axis.map { weight.extents[($0 + 1)...].reduce(1, *) } ?? weight.elementCount
        let outer = axis.map { weight.extents[..<$0].reduce(1, *) } ?? 1
        let largest = weight.withFloats { Magnitudes.largest($0, outer: outer, channels: channels, inner: inner) }
        guard let largest else { return nil }
        let most = Float(elementType.largestWeight)
        let substitute = largest.max().flatMap { $0 > 0 ? $0 : nil } ?? most
        let scales = largest.map { max(($0 > 0 ? $0 : substitute) / most, Grid.leastScale) }
        return Grid(elementType, scales: scales, zeroPoints: Array(repeating: 0, count: channels), axis: axis)
    }

    /// `grid` with scales raised where the int32 bias |b| / (inputScale * scale) would leave its range, and the
    /// channels where that was so.
    static func makingRoom(for bias: [Float], inputScale: Float, in grid: Grid) -> (grid: Grid, raised: [Int]) {
        var grid = grid
        var raised: [Int] = []
        for (channel, value) in bias.enumerated() where channel < grid.scales.count {
            let least = value.magnitude / largestBias / inputScale
            if grid.scales[channel] < least {
                grid.scales[channel] = least
                raised.append(channel)
            }
        }
        return (grid, raised)
    }

    /// The integers of `tensor` (float32) on `grid`, each roundHalfToEven(x / scale) + zero point, clamped to the
    /// grid's type. The tensor's bytes are set aside after. O(n).
    static func quantize(_ tensor: Tensor, on grid: Grid) -> Tensor {
        let memory = AlignedMemory(count: grid.elementType.byteCount(tensor.elementCount))
        let axis = grid.axis.map { $0 < 0 ? tensor.extents.count + $0 : $0 }
        let quantizer = axis.map { LinearQuantizer(grid.elementType, extents: tensor.extents, axis: $0) }
            ?? LinearQuantizer(grid.elementType, count: tensor.elementCount)
        tensor.withFloats {
            quantizer.quantize(
                $0, into: memory.base, scales: grid.scales, zeroPoints: grid.zeroPoints.map(Int32.init(clamping:)))
        }
        tensor.bytes.setAside()
        return Tensor(grid.elementType, tensor.extents, bytes: memory)
    }

    /// The int32 bias: roundHalfToEven(b / (inputScale * scale)). A scale that counts for all channels may be single.
    static func quantizeBias(_ bias: [Float], inputScale: Float, scales: [Float]) -> (integers: [Int32], scales: [Float]) {
        let biasScales = scales.map { inputScale * $0 }
        let integers = bias.enumerated().map { channel, value -> Int32 in
            let scale = Double(biasScales[biasScales.count == 1 ? 0 : channel])
            return Int32(clamping: Int((Double(value) / scale).rounded(.toNearestOrEven).clamped(to: -0x1p32...0x1p32)))
        }
        return (integers, biasScales)
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        isNaN ? 0 : Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
    }
}

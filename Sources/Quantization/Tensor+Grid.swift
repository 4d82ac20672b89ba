internal import GraphIR
internal import Kernels

extension Tensor {
    /// This float32 tensor rounded to the values of a grid. O(n).
    func rounded(to grid: Grid) -> Tensor { WeightGrids.quantize(self, on: grid).dequantized(from: grid) }

    /// This float32 tensor, its innermost axis multiplied by `factors`, one an index. O(n).
    func multiplied(by factors: [Float]) -> Tensor {
        guard var values = floats, !factors.isEmpty else { return self }
        for row in stride(from: 0, through: values.count - factors.count, by: factors.count) {
            for column in factors.indices { values[row + column] *= factors[column] }
        }
        return Tensor(values, extents)
    }

    /// The float32 values of these integers on `grid`. O(n).
    func dequantized(from grid: Grid) -> Tensor {
        let memory = AlignedMemory(count: elementCount * MemoryLayout<Float>.stride)
        let quantizer = grid.axis.map { LinearQuantizer(grid.elementType, extents: extents, axis: $0) }
            ?? LinearQuantizer(grid.elementType, count: elementCount)
        withExtendedLifetime(bytes) {
            quantizer.dequantize(
                bytes.address, into: memory.base.assumingMemoryBound(to: Float.self), scales: grid.scales,
                zeroPoints: grid.zeroPoints.map(Int32.init(clamping:)))
        }
        return Tensor(.float32, extents, bytes: memory)
    }
}

internal import GraphIR
internal import Kernels

extension Tensor {
    /// This float32 tensor rounded to the values of a grid. O(n).
    func rounded(to grid: Grid) -> Tensor { WeightGrids.quantize(self, on: grid).dequantized(from: grid) }

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

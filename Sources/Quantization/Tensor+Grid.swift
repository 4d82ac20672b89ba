internal import GraphIR
internal import Kernels

extension Tensor {
    /// This float32 tensor rounded to the values of a grid. O(n).
    func rounded(to grid: Grid) -> Tensor { WeightGrids.quantize(self, on: grid).dequantized(from: grid) }

    /// This float32 tensor multiplied by `factors`, one for each index of an axis; the tensor itself where it has no such
    /// axis. A negative axis counts from the end. O(n).
    func multiplied(by factors: [Float], axis: Int) -> Tensor {
        let axis = axis < 0 ? extents.count + axis : axis
        guard var values = floats, extents.indices.contains(axis), extents[axis] == factors.count else { return self }
        let inner = extents[(axis + 1)...].reduce(1, *)
        for index in values.indices { values[index] *= factors[index / inner % factors.count] }
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

internal import GraphIR
internal import Kernels

extension Tensor {
    /// A float32 tensor whose elements `fill` writes.
    static func floats(_ extents: [Int], _ fill: (UnsafeMutablePointer<Float>) throws -> Void) rethrows -> Tensor {
        let memory = AlignedMemory(count: extents.reduce(1, *) * MemoryLayout<Float>.stride)
        try fill(memory.base.assumingMemoryBound(to: Float.self))
        return Tensor(.float32, extents, bytes: memory)
    }

    static func zeros(_ extents: [Int]) -> Tensor {
        .floats(extents) { $0.initialize(repeating: 0, count: extents.reduce(1, *)) }
    }

    /// The elements of this float32 tensor.
    func withFloats<R>(_ body: (UnsafePointer<Float>) throws -> R) rethrows -> R {
        try withExtendedLifetime(bytes) { try body(bytes.address.assumingMemoryBound(to: Float.self)) }
    }

    /// This float32 tensor and `scale` times another of its extents.
    func adding(_ other: Tensor, scale: Float = 1) -> Tensor {
        .floats(extents) { target in
            withFloats { target.initialize(from: $0, count: elementCount) }
            other.withFloats { GradientKernels.add(elementCount, scale: scale, $0, to: target) }
        }
    }
}

internal import GraphIR
internal import Kernels

extension AlignedMemory {
    /// One element of a numeric type. Throws `OperatorFault.unsupported` for any other type.
    static func element(_ value: Float, of type: ElementType) throws -> AlignedMemory {
        guard let cast = ElementCast(from: .float32, to: type) else {
            throw OperatorFault.unsupported("values of type \(type.onnxName)")
        }
        let memory = AlignedMemory(count: 16)
        Swift.withUnsafeBytes(of: value) { cast.run($0.baseAddress!, into: memory.base, count: 1) }
        return memory
    }
}

import GraphIR
import Kernels

extension Kernel {
    /// Writes a value known beforehand to output 0. Throws `OperatorFault.unsupported` where it is not known, or
    /// strings.
    static func constant(_ facts: Facts) throws -> Kernel {
        guard let value = facts.constant, value.elementType != .string else {
            throw OperatorFault.unsupported("a constant of type \(facts.elementType.onnxName)")
        }
        return Kernel { arguments in
            value.bytes.withUnsafeBytes { bytes in
                guard let source = bytes.baseAddress else { return }
                arguments.output(0, as: UInt8.self)
                    .update(from: source.assumingMemoryBound(to: UInt8.self), count: bytes.count)
            }
        }
    }
}

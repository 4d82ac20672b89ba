import GraphIR
import Kernels

extension ScatterReduction {
    /// The `reduction` attribute; throws `OperatorFault.attribute`.
    init(_ node: Node) throws {
        let name = node.string("reduction") ?? "none"
        guard let reduction = ScatterReduction(rawValue: name) else {
            throw OperatorFault.attribute("reduction", "'\(name)' is not a reduction")
        }
        self = reduction
    }

    /// The arithmetic on a type, `nil` for plain replacement. Throws `OperatorFault.unsupported` for types without any.
    func combination(_ type: ElementType) throws -> Combination? {
        if self == .none { return nil }
        guard let combination = Combination(self, type) else {
            throw OperatorFault.unsupported("reduction '\(rawValue)' of \(type.onnxName)")
        }
        return combination
    }
}

extension KernelArguments {
    /// Copies input 0 to output 0, unless they are the same memory, and returns output 0.
    func copyFirstInput(bytes: Int) -> UnsafeMutableRawPointer {
        let source = UnsafeRawPointer(input(0, as: UInt8.self))
        let target = UnsafeMutableRawPointer(output(0, as: UInt8.self))
        if source != UnsafeRawPointer(target) { target.copyMemory(from: source, byteCount: bytes) }
        return target
    }
}

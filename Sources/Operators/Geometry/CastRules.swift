import GraphIR
import Kernels

/// The attributes that Cast and CastLike share.
struct CastRules: Sendable {
    private let saturates: Bool
    private let powers: ElementCast.PowerRounding

    /// Throws `OperatorFault.attribute`.
    init(_ node: Node) throws {
        saturates = try node.flag("saturate", default: true)
        let name = node.string("round_mode") ?? "up"
        guard let powers = ElementCast.PowerRounding(rawValue: name) else {
            throw OperatorFault.attribute("round_mode", "'\(name)' is not up, down or nearest")
        }
        self.powers = powers
    }

    /// Throws `OperatorFault.unsupported` for strings and complex numbers.
    func kernel(from data: Facts, to target: ElementType) throws -> Kernel {
        if data.elementType == target { return .view() }
        guard let cast = ElementCast(from: data.elementType, to: target, saturate: saturates, powers: powers) else {
            throw OperatorFault.unsupported("a cast from \(data.elementType.onnxName) to \(target.onnxName)")
        }
        let count = data.elementCount
        return Kernel { cast.run($0.input(0, as: UInt8.self), into: $0.output(0, as: UInt8.self), count: count) }
    }
}

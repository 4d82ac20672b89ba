internal import GraphIR
internal import Kernels

/// The rest of a / b: with the sign of b where `fmod` is 0, else with that of a.
struct Mod: ElementwiseBinary {
    static let signature = OperatorSignature("Mod", versions: 10...Int.max)
    let function: BinaryFunction

    init(_ node: Node, opset: Int) throws { function = node.int("fmod") ?? 0 != 0 ? .remainder : .modulo }
}

internal import GraphIR
internal import Kernels

/// The bits of an integer moved by another's number of places; to the right, copies of the sign come in.
struct BitShift: ElementwiseBinary {
    static let signature = OperatorSignature("BitShift", versions: 11...Int.max)
    let function: BinaryFunction

    init(_ node: Node, opset: Int) throws {
        switch node.string("direction") {
        case "LEFT": function = .shiftLeft
        case "RIGHT": function = .shiftRight
        case let other: throw OperatorFault.attribute("direction", "is '\(other ?? "")', expected 'LEFT' or 'RIGHT'")
        }
    }
}

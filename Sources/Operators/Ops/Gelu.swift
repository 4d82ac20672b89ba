internal import GraphIR
internal import Kernels

/// x times the normal distribution function at x, exactly or by its approximation with tanh.
struct Gelu: ElementwiseUnary {
    static let signature = OperatorSignature("Gelu", versions: 20...Int.max)
    let function: UnaryFunction

    init(_ node: Node, opset: Int = 20) throws {
        switch node.string("approximate") ?? "none" {
        case "none": function = .gelu
        case "tanh": function = .geluByTanh
        case let other: throw OperatorFault.attribute("approximate", "is '\(other)', expected 'none' or 'tanh'")
        }
    }

    var role: QuantizationRole { .elementwise }
}

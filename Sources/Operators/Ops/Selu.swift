internal import GraphIR
internal import Kernels

/// `gamma` x; `gamma` `alpha` (e^x - 1) below 0.
struct Selu: ElementwiseUnary {
    static let signature = OperatorSignature("Selu")
    let function = UnaryFunction.elu
    let p: Double
    let q: Double

    init(_ node: Node, opset: Int) throws {
        p = Double(node.float("gamma") ?? 1.050700987)
        q = p * Double(node.float("alpha") ?? 1.673263242)
    }

    var role: QuantizationRole { .elementwise }
}

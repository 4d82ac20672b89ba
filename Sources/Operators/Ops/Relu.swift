internal import GraphIR
internal import Kernels

/// max(0, x).
struct Relu: ElementwiseUnary {
    static let signature = OperatorSignature("Relu")
    let function = UnaryFunction.relu

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .activation }
}

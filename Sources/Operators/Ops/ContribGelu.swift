internal import GraphIR
internal import Kernels

/// x times the normal distribution function at x, as ONNX Runtime has it for models of any opset.
struct ContribGelu: ElementwiseUnary {
    static let signature = OperatorSignature("Gelu", domain: "com.microsoft")
    let function = UnaryFunction.gelu

    init(_ node: Node, opset: Int) throws {}
}

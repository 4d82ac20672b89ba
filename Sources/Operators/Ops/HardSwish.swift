internal import GraphIR
internal import Kernels

/// x times x / 6 + 1/2 kept within 0...1.
struct HardSwish: ElementwiseUnary {
    static let signature = OperatorSignature("HardSwish", versions: 14...Int.max)
    let function = UnaryFunction.hardSwish
    let p = 1.0 / 6
    let q = 0.5

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .elementwise }
}

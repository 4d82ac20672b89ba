internal import GraphIR
internal import Kernels

/// `alpha` x + `beta`, kept within 0...1.
struct HardSigmoid: ElementwiseUnary {
    static let signature = OperatorSignature("HardSigmoid")
    let function = UnaryFunction.hardSigmoid
    let p: Double
    let q: Double

    init(_ node: Node, opset: Int) throws {
        p = Double(node.float("alpha") ?? 0.2)
        q = Double(node.float("beta") ?? 0.5)
    }

    var role: QuantizationRole { .fixedRange(0...1) }
}

internal import GraphIR
internal import Kernels

/// x drawn `bias` nearer to 0 where |x| is above `lambd`, else 0.
struct Shrink: ElementwiseUnary {
    static let signature = OperatorSignature("Shrink", versions: 9...Int.max)
    let function = UnaryFunction.shrink
    let p: Double
    let q: Double

    init(_ node: Node, opset: Int) throws {
        p = Double(node.float("lambd") ?? 0.5)
        q = Double(node.float("bias") ?? 0)
    }

    var role: QuantizationRole { .elementwise }
}

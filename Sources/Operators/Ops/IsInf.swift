internal import GraphIR
internal import Kernels

/// Whether x is infinite, with a sign that counts.
struct IsInf: ElementwiseUnary {
    static let signature = OperatorSignature("IsInf", versions: 10...Int.max)
    let function = UnaryFunction.isInfinite
    let resultType: ElementType? = .bool
    let p: Double
    let q: Double

    init(_ node: Node, opset: Int) throws {
        p = node.int("detect_negative") ?? 1 != 0 ? 1 : 0
        q = node.int("detect_positive") ?? 1 != 0 ? 1 : 0
    }
}

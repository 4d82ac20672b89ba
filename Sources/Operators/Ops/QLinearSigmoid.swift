internal import GraphIR
#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// 1 / (1 + e^-x) between grids.
struct QLinearSigmoid: GridUnary {
    static let signature = OperatorSignature("QLinearSigmoid", domain: "com.microsoft")
    init(_ node: Node, opset: Int) throws {}
    func value(_ x: Float) -> Float { Float(1 / (1 + exp(-Double(x)))) }
}

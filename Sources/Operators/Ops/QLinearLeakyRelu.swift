internal import GraphIR

/// x where it is positive, alpha * x elsewhere, between grids.
struct QLinearLeakyRelu: GridUnary {
    static let signature = OperatorSignature("QLinearLeakyRelu", domain: "com.microsoft")
    private let alpha: Float
    init(_ node: Node, opset: Int) throws { alpha = node.float("alpha") ?? 0.01 }
    func value(_ x: Float) -> Float { x >= 0 ? x : alpha * x }
}

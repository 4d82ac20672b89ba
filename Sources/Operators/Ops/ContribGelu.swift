internal import GraphIR
internal import Kernels

/// x times the normal distribution function at x, as ONNX Runtime has it for models of any opset.
struct ContribGelu: ElementwiseUnary, FusingOperator {
    static let signature = OperatorSignature("Gelu", domain: "com.microsoft")
    let function = UnaryFunction.gelu
    private let plain: Gelu
    /// Fused operators: the 8-bit grid that the results go to.
    private var grid: OperandGrid?

    init(_ node: Node, opset: Int) throws { plain = try Gelu(Node("Gelu", inputs: node.inputs, outputs: node.outputs)) }

    func fused(_ inputs: Inputs, with next: Follower) -> Fusion? {
        guard grid == nil, next.operation is QuantizeLinear, next.position == 0,
            inputs[0]?.elementType == .float32, next.output.elementType.bits == 8, next.output.elementType.isInteger,
            next.inputs[1]?.elementType == .float32,
            let grid = try? next.inputs.operandGrid(scale: 1, zeroPoint: 2)
        else { return nil }
        var fused = self
        fused.grid = grid
        return Fusion(fused)
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard let grid else { return try plain.prepare(inputs, outputs) }
        let gelu = GridGelu(grid, outputs[0].elementType, count: outputs[0].elementCount)
        return Kernel { gelu.run($0.input(0), $0.output(0)) }
    }
}

internal import GraphIR
internal import Kernels

/// x times the normal distribution function at x, from float32 to a grid. Inputs: x, and the scale and zero point of the
/// result.
struct QuantizedGelu: Operator {
    static let signature = OperatorSignature("QuantizedGelu", domain: "onnxq")

    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [1, 2] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        try inputs.require(0).require(.float32, input: 0)
        _ = try inputs.isSigned8Bit(2)
        return [Facts(try inputs.require(2).elementType, try inputs.require(0).shape)]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let gelu = GridGelu(
            try inputs.operandGrid(scale: 1, zeroPoint: 2), outputs[0].elementType, count: outputs[0].elementCount)
        return Kernel { gelu.run($0.input(0), $0.output(0)) }
    }
}

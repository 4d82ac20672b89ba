internal import GraphIR
internal import Kernels

/// e^x over its sum along an axis.
struct Softmax: Operator {
    static let signature = OperatorSignature("Softmax")
    private let parameters: SoftmaxParameters

    init(_ node: Node, opset: Int) throws { parameters = SoftmaxParameters(node, opset: opset) }

    var role: QuantizationRole { .fixedRange(0...1) }

    func infer(_ inputs: Inputs) throws -> [Facts] { try parameters.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try parameters.prepare(inputs, outputs, .softmax)
    }
}

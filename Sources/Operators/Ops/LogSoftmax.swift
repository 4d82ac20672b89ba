internal import GraphIR
internal import Kernels

/// The logarithm of the softmax along an axis.
struct LogSoftmax: Operator {
    static let signature = OperatorSignature("LogSoftmax")
    private let parameters: SoftmaxParameters

    init(_ node: Node, opset: Int) throws { parameters = SoftmaxParameters(node, opset: opset) }

    func infer(_ inputs: Inputs) throws -> [Facts] { try parameters.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try parameters.prepare(inputs, outputs, .logSoftmax)
    }
}

internal import GraphIR
internal import Kernels

/// 1 for the first greatest element along an axis, 0 for all others.
struct Hardmax: Operator {
    static let signature = OperatorSignature("Hardmax")
    private let parameters: SoftmaxParameters

    init(_ node: Node, opset: Int) throws { parameters = SoftmaxParameters(node, opset: opset) }

    func infer(_ inputs: Inputs) throws -> [Facts] { try parameters.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try parameters.prepare(inputs, outputs, .hardmax)
    }
}

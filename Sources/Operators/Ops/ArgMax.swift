internal import GraphIR
internal import Kernels

/// The position of the greatest element along an axis; of equal ones the first, or the last.
struct ArgMax: Operator {
    static let signature = OperatorSignature("ArgMax")
    private let parameters: ArgParameters

    init(_ node: Node, opset: Int) throws { parameters = try ArgParameters(node) }

    func infer(_ inputs: Inputs) throws -> [Facts] { try parameters.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try parameters.prepare(inputs, outputs, greatest: true)
    }
}

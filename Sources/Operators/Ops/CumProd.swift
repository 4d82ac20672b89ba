internal import GraphIR
internal import Kernels

/// The product of all elements up to each position along an axis.
struct CumProd: Operator {
    static let signature = OperatorSignature("CumProd", versions: 26...Int.max)
    private let parameters: RunningParameters

    init(_ node: Node, opset: Int) throws { parameters = try RunningParameters(node) }

    var valueInputs: [Int] { [1] }

    func infer(_ inputs: Inputs) throws -> [Facts] { try parameters.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try parameters.prepare(inputs, outputs, isProduct: true)
    }
}

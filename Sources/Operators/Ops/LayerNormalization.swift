internal import GraphIR
internal import Kernels

/// Brings all axes from one on, taken together, to mean 0 and variance 1, then scales and shifts them. Also gives each
/// mean and each factor `1 / sqrt(variance + epsilon)`.
struct LayerNormalization: Operator {
    static let signature = OperatorSignature("LayerNormalization")
    private let normalization: TrailingNormalization

    init(_ node: Node, opset: Int) throws { normalization = try TrailingNormalization(node, isCentered: true) }

    func infer(_ inputs: Inputs) throws -> [Facts] { try normalization.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { try normalization.prepare(inputs, outputs) }
}

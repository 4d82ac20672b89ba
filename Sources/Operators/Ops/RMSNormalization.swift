internal import GraphIR
internal import Kernels

/// Divides all axes from one on, taken together, by the root of their mean square, then scales them.
struct RMSNormalization: Operator {
    static let signature = OperatorSignature("RMSNormalization", versions: 23...Int.max)
    private let normalization: TrailingNormalization

    init(_ node: Node, opset: Int) throws { normalization = try TrailingNormalization(node, isCentered: false) }

    func infer(_ inputs: Inputs) throws -> [Facts] { [try normalization.infer(inputs)[0]] }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { try normalization.prepare(inputs, outputs) }
}

internal import GraphIR
internal import Kernels

/// Gemm without factors and with a bias of at most one dimension, whose terms are added in a stated order: what literal
/// execution uses behind dequantized values. Any other Gemm is computed as the standard operator does.
struct OrderedGemm: Operator {
    static let signature = OperatorSignature("OrderedGemm", domain: "onnxq")
    private let standard: Gemm
    private let isPlain: Bool
    private let transB: Bool

    init(_ node: Node, opset: Int) throws {
        standard = try Gemm(node, opset: opset)
        isPlain = (node.float("alpha") ?? 1) == 1 && (node.float("beta") ?? 1) == 1 && (node.int("transA") ?? 0) == 0
        transB = (node.int("transB") ?? 0) != 0
    }

    func infer(_ inputs: Inputs) throws -> [Facts] { try standard.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let y = outputs[0].extents, bias = inputs[2]?.extents ?? []
        guard isPlain, bias.count <= 1, bias.first == nil || bias.first == y[1] else {
            return try standard.prepare(inputs, outputs)
        }
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let k = try inputs.require(0).extents[1]
        let product = OrderedProduct(
            m: y[0], n: y[1], k: k, isTransposed: transB, bias: (0, bias.isEmpty ? 0 : 1))
        return Kernel(scratchBytes: product.scratchBytes) {
            product.run(
                $0.input(0), $0.input(1), bias: $0.rawInput(2)?.assumingMemoryBound(to: Float.self), $0.output(0),
                scratch: $0.scratch)
        }
    }
}

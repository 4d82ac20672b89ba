public import GraphIR

/// Folds a BatchNormalization into the product before it.
///
/// - Before: `x -> Conv | ConvTranspose | Gemm | MatMul -> BatchNormalization -> y`
/// - After: the product alone, with other weight and bias; a MatMul becomes a Gemm, which has a bias.
/// - Conditions: weight, bias and the four parameters are float32 constants, and the normalization runs in inference.
///   Nothing else reads the product. Of a MatMul the operands are matrices. A weight that other nodes read too is
///   copied. A weight behind DequantizeLinear is no constant: the node stays.
/// - Formula: `scale = gamma / sqrt(variance + epsilon)`, `W'[m] = scale[m] * W[m]`,
///   `b'[m] = scale[m] * (b[m] - mean[m]) + beta[m]`, in double precision, where `m` is the output channel.
/// - Source: Jacob et al., "Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only
///   Inference", 2018, section 3.2.
public struct FoldBatchNormalization: Pass {
    public static let name = "fold-batch-normalization"
    public static let operators: [String]? = ["BatchNormalization"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        AffineFolding.run(&model) { node, graph, index, _ in
            ChannelAffine(node, in: graph, index).map { ($0, node.inputs[0]) }
        }
    }
}

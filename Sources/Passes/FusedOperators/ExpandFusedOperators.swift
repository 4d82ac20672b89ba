public import GraphIR

/// Spells out operators that a runtime's optimizer fused, and BatchNormalization in training mode: later steps see products
/// and normalizations in one form.
///
/// - Before: `x, w, b -> FusedConv(activation: Relu) -> y`, and the like
/// - After: `x, w, b -> Conv -> c -> Relu -> y`
/// - Conditions: opset 13 or later, the operator is one of `rules`, its numbers are known to be float32, and its rule
///   knows all that the node asks for: an output that no rule gives is not read, a matrix to transpose has a known rank.
/// - Formula: beside each rule.
/// - Source: ONNX Runtime's contributed operators, whose optimizer fuses the parts again; the definition of
///   BatchNormalization, with which exporters normalize weights.
public struct ExpandFusedOperators: Pass {
    public static let name = "expand-fused-operators"
    public static let operators: [String]? = rules.keys.sorted()

    typealias Rule = Expansion.Rule

    private static let rules: [String: Rule] = [
        "FusedConv": fusedConvolution, "FusedGemm": fusedGemm, "FusedMatMul": fusedMatrixProduct,
        "TransposeMatMul": fusedMatrixProduct, "BiasGelu": biasGelu, "FastGelu": fastGelu, "QuickGelu": quickGelu,
        "SkipLayerNormalization": skipNormalization, "SkipSimplifiedLayerNormalization": skipNormalization,
        "SimplifiedLayerNormalization": rootMeanSquareNormalization, "Attention": attention,
        "EmbedLayerNormalization": embedding, "BatchNormalization": trainingNormalization,
    ]

    public init() {}

    /// Whether the graph has any of the operators. O(nodes).
    public static func concerns(_ model: Model) -> Bool { model.graph.nodes.contains { rule(for: $0) != nil } }

    private static func rule(for node: Node) -> Rule? {
        // The one that no version of ONNX's own set has is written there, too.
        let isKnown = node.domain == "com.microsoft" || node.isStandard("SimplifiedLayerNormalization")
            || (node.isStandard("BatchNormalization") && node.int("training_mode") ?? 0 != 0)
        return isKnown ? rules[node.opType] : nil
    }

    public func run(_ model: inout Model) -> [String] {
        guard model.opset >= ConvertOpset.leastTarget else { return [] }
        return Expansion.run(&model) { node, expansion in
            guard let rule = Self.rule(for: node), expansion.isFloat32(node) else { return nil }
            return rule(node, &expansion)
        }
    }
}

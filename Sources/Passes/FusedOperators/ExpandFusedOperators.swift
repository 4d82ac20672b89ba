public import GraphIR

/// Spells out operators that a runtime's optimizer fused, Attention, Col2Im, and BatchNormalization in training mode: later
/// steps see products and normalizations in one form.
///
/// - Before: `x, w, b -> FusedConv(activation: Relu) -> y`, and the like
/// - After: `x, w, b -> Conv -> c -> Relu -> y`
/// - Conditions: opset 13 or later, the operator is one of `rules`, its numbers are known to be float32, and its rule
///   knows all that the node asks for: an output that no rule gives is not read, a matrix to transpose has a known rank.
/// - Formula: beside each rule.
/// - Source: ONNX Runtime's contributed operators, whose optimizer fuses the parts again; the definitions of
///   Attention, of Col2Im, and of BatchNormalization, with which exporters normalize weights.
public struct ExpandFusedOperators: Pass {
    public static let name = "expand-fused-operators"
    public static let operators: [String]? = Set(rules.keys).union(standardRules.keys).sorted()

    typealias Rule = Expansion.Rule

    /// Those of ONNX Runtime's domain.
    private static let rules: [String: Rule] = [
        "FusedConv": fusedConvolution, "FusedGemm": fusedGemm, "FusedMatMul": fusedMatrixProduct,
        "TransposeMatMul": fusedMatrixProduct, "BiasGelu": biasGelu, "FastGelu": fastGelu, "QuickGelu": quickGelu,
        "SkipLayerNormalization": skipNormalization, "SkipSimplifiedLayerNormalization": skipNormalization,
        "SimplifiedLayerNormalization": rootMeanSquareNormalization, "Attention": attention,
        "EmbedLayerNormalization": embedding,
    ]
    /// Those of ONNX's own, and the one that is written as if it were.
    private static let standardRules: [String: Rule] = [
        "SimplifiedLayerNormalization": rootMeanSquareNormalization, "Attention": dotProductAttention,
        "BatchNormalization": trainingNormalization, "Col2Im": foldedPatches,
    ]

    public init() {}

    /// Whether the graph has any of the operators. O(nodes).
    public static func concerns(_ model: Model) -> Bool { model.graph.nodes.contains { rule(for: $0) != nil } }

    private static func rule(for node: Node) -> Rule? {
        if node.domain == "com.microsoft" { return rules[node.opType] }
        let isPlain = node.opType == "BatchNormalization" && node.int("training_mode") ?? 0 == 0
        return node.isStandard(node.opType) && !isPlain ? standardRules[node.opType] : nil
    }

    public func run(_ model: inout Model) -> [String] {
        guard model.opset >= ConvertOpset.leastTarget else { return [] }
        return Expansion.run(&model) { node, expansion in
            guard let rule = Self.rule(for: node), expansion.isFloat32(node) else { return nil }
            return rule(node, &expansion)
        }
    }
}

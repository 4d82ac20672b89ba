public import GraphIR

/// Every operator the program knows. Adding one is adding its line here.
public enum OperatorTable {
    static let spatial: [any Operator.Type] = [
        Conv.self, ConvTranspose.self, MaxPool.self, AveragePool.self, LpPool.self, GlobalMaxPool.self,
        GlobalAveragePool.self, GlobalLpPool.self, BatchNormalization.self, InstanceNormalization.self, LRN.self,
        DepthToSpace.self, SpaceToDepth.self,
    ]
    static let products: [any Operator.Type] = [Gemm.self, MatMul.self]
    static let arithmetic: [any Operator.Type] = []
    static let activations: [any Operator.Type] = []
    static let normalizations: [any Operator.Type] = []
    static let reductions: [any Operator.Type] = []
    static let shapes: [any Operator.Type] = [
        Reshape.self, Flatten.self, Squeeze.self, Unsqueeze.self, Identity.self, Dropout.self, Transpose.self,
        Concat.self, Split.self, Slice.self, Pad.self, Tile.self, Expand.self, Gather.self, GatherElements.self,
        GatherND.self, Scatter.self, ScatterElements.self, ScatterND.self, Compress.self, ReverseSequence.self,
        Trilu.self, Cast.self, CastLike.self, BitCast.self, ShapeOperator.self, Size.self, Constant.self,
        ConstantOfShape.self, RangeOperator.self, EyeLike.self, OneHot.self, NonZero.self, Unique.self,
        NonMaxSuppression.self,
    ]
    static let quantization: [any Operator.Type] = [
        QuantizeLinear.self, DequantizeLinear.self, DynamicQuantizeLinear.self,
    ]
    static let integer: [any Operator.Type] = []

    static let all =
        spatial + products + arithmetic + activations + normalizations + reductions + shapes + quantization + integer

    private static let byName = Dictionary(grouping: all) { key($0.signature.domain, $0.signature.name) }

    private static func key(_ domain: String, _ name: String) -> String {
        domain.isStandardDomain ? name : "\(domain).\(name)"
    }

    /// The operator that a node calls, its attributes parsed. `opset` is the imported version of the node's domain.
    /// Throws `OperatorFault`.
    public static func make(_ node: Node, opset: Int) throws -> any Operator {
        let domain = node.domain ?? ""
        let types = byName[key(domain, node.opType)] ?? []
        guard let type = types.first(where: { $0.signature.versions.contains(opset) }) else {
            throw OperatorFault.unknownOperator(domain: domain, opType: node.opType, opset: opset)
        }
        return try type.init(node, opset: opset)
    }
}

public import GraphIR

/// Every operator the program knows. Adding one is adding its line here.
public enum OperatorTable {
    static let spatial: [any Operator.Type] = [
        Conv.self, ConvTranspose.self, MaxPool.self, AveragePool.self, LpPool.self, GlobalMaxPool.self,
        GlobalAveragePool.self, GlobalLpPool.self, BatchNormalization.self, InstanceNormalization.self, LRN.self,
        DepthToSpace.self, SpaceToDepth.self, Resize.self, Upsample.self, GridSample.self, RoiAlign.self,
    ]
    static let products: [any Operator.Type] = [Gemm.self, MatMul.self]
    static let recurrent: [any Operator.Type] = [LSTM.self, GRU.self, RNN.self]
    static let arithmetic: [any Operator.Type] = [
        Add.self, Sub.self, Mul.self, Div.self, Pow.self, Mod.self, Min.self, Max.self, Sum.self, Mean.self,
        And.self, Or.self, Xor.self, Not.self, BitShift.self, BitwiseAnd.self, BitwiseOr.self, BitwiseXor.self,
        BitwiseNot.self, Equal.self, Greater.self, GreaterOrEqual.self, Less.self, LessOrEqual.self, Where.self,
        Neg.self, Abs.self, Sign.self, Floor.self, Ceil.self, Round.self, Sqrt.self, Reciprocal.self, Exp.self,
        Log.self, Sin.self, Cos.self, Tan.self, Asin.self, Acos.self, Atan.self, Sinh.self, Cosh.self, Asinh.self,
        Acosh.self, Atanh.self, Erf.self, IsNaN.self, IsInf.self, Clip.self, CumSum.self, CumProd.self, Einsum.self,
    ]
    static let activations: [any Operator.Type] = [
        Relu.self, LeakyRelu.self, PRelu.self, Elu.self, Selu.self, Celu.self, ThresholdedRelu.self, Sigmoid.self,
        HardSigmoid.self, HardSwish.self, Tanh.self, Softplus.self, Softsign.self, Gelu.self, ContribGelu.self,
        Mish.self, Swish.self, Shrink.self, Softmax.self, LogSoftmax.self, Hardmax.self, SwiGLU.self,
    ]
    static let normalizations: [any Operator.Type] = [
        LayerNormalization.self, RMSNormalization.self, GroupNormalization.self, LpNormalization.self,
        MeanVarianceNormalization.self,
    ]
    static let reductions: [any Operator.Type] = [
        ReduceSum.self, ReduceMean.self, ReduceMax.self, ReduceMin.self, ReduceProd.self, ReduceL1.self, ReduceL2.self,
        ReduceSumSquare.self, ReduceLogSum.self, ReduceLogSumExp.self, ArgMax.self, ArgMin.self, TopK.self,
    ]
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
    static let integer: [any Operator.Type] = [
        QLinearConv.self, ConvInteger.self, QLinearMatMul.self, MatMulInteger.self, MatMulIntegerToFloat.self,
        QGemm.self, QLinearAveragePool.self, QLinearGlobalAveragePool.self, QLinearAdd.self, QLinearConcat.self,
        QLinearLeakyRelu.self, QLinearMul.self, QLinearSigmoid.self, QLinearSoftmax.self, QLinearWhere.self,
        Table.self, OrderedConv.self, OrderedGemm.self, OrderedMatMul.self,
    ]

    static let all =
        spatial + products + recurrent + arithmetic + activations + normalizations + reductions + shapes + quantization + integer

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

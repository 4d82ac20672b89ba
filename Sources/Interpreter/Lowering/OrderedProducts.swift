internal import GraphIR

/// Gives the products of a quantized model a stated order in which their terms are added (ckernels_ordered.h).
///
/// Float32 sums depend on that order, and a grid behind them turns the last bit into a whole step. In the order of ONNX
/// Runtime's unfused kernels both give the same integers. Models that round nothing to a grid keep the fastest products.
enum OrderedProducts {
    private static let products: Set<String> = ["Conv", "Gemm", "MatMul"]
    private static let quantizers: Set<String> = ["QuantizeLinear", "DynamicQuantizeLinear"]

    /// The model with every Conv, Gemm and MatMul replaced by its ordered form, where it dequantizes and quantizes.
    /// O(nodes).
    static func lower(_ model: Model) -> Model {
        let types = Set(model.graph.nodes.filter { $0.isStandard($0.opType) }.map(\.opType))
        guard types.contains("DequantizeLinear"), !quantizers.isDisjoint(with: types) else { return model }
        var result = model
        for (position, node) in model.graph.nodes.enumerated()
        where products.contains(node.opType) && node.isStandard(node.opType) {
            result.graph.nodes[position].opType = "Ordered" + node.opType
            result.graph.nodes[position].domain = "onnxq"
        }
        result.setOpset(model.opset, domain: "onnxq")
        return result
    }
}

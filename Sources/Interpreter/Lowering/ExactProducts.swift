internal import GraphIR

/// Lets products of dequantized values be summed in double precision.
///
/// The specification words a product over real numbers. Float32 sums depend on the order in which terms are added, and a
/// grid behind them turns the last bit into a whole step; summed in double precision the result is the specification's,
/// rounded once. Models without quantization are executed in float32 throughout.
enum ExactProducts {
    private static let products: Set<String> = ["Conv", "Gemm", "MatMul"]

    /// The model with every Conv, Gemm and MatMul that reads a dequantized value replaced by its exact form. O(nodes).
    static func lower(_ model: Model) -> Model {
        let dequantized = Set(model.graph.nodes.filter { $0.isStandard("DequantizeLinear") }.flatMap(\.outputs))
        guard !dequantized.isEmpty else { return model }
        var result = model
        for position in model.graph.nodes.indices {
            let node = model.graph.nodes[position]
            guard products.contains(node.opType), node.isStandard(node.opType),
                node.inputs.first.map(dequantized.contains) ?? false
            else { continue }
            result.graph.nodes[position].domain = "onnxq"
        }
        result.setOpset(model.opset, domain: "onnxq")
        return result
    }
}

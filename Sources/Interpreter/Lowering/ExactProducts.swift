internal import GraphIR

/// Computes products of dequantized values exactly: as integers, scaled once.
///
/// The specification words a product over real numbers. Where both operands are integers times constant scales the sum of
/// products is an integer times the scales, so literal execution need not round between the terms, and its result does not
/// depend on the order in which they are added.
enum ExactProducts {
    /// The model with every such Conv, Gemm and MatMul replaced. Values named in
    /// `keeping` stay computed. O(nodes).
    static func lower(_ model: Model, keeping: Set<String>) throws -> Model {
        guard model.graph.nodes.contains(where: { $0.isStandard("DequantizeLinear") }) else { return model }
        var context = try LoweringContext(model, keeping: keeping)
        var nodes: [Node] = []
        for position in context.graph.nodes.indices {
            let node = context.graph.nodes[position]
            let island = Island(position, in: &context)
            nodes += exact(island, &context) ?? [node]
        }
        var result = model
        result.graph = context.graph
        result.graph.nodes = nodes
        result.graph.dropUnusedNodes(keeping: keeping)
        result.setOpset(1, domain: "onnxq")
        return result
    }

    private static func exact(_ island: Island, _ context: inout LoweringContext) -> [Node]? {
        let node = island.node
        guard let x = island.activation(0), node.outputs.count == 1 else { return nil }
        switch node.opType {
        case _ where !(node.domain ?? "").isStandardDomain: return nil
        case "Conv":
            guard let w = island.weight(axis: 0) else { return nil }
            return pair("ConvInteger", island, x, w, weights: w.name, axis: 1, attributes: node.attributes, &context)
        case "MatMul":
            guard let w = island.activation(1) ?? island.weight(axis: -1) else { return nil }
            return pair("MatMulInteger", island, x, w, weights: w.name, axis: -1, attributes: [], &context)
        case "Gemm":
            let isTransposed = (node.int("transB") ?? 0) != 0
            guard (node.float("alpha") ?? 1) == 1, (node.float("beta") ?? 1) == 1, (node.int("transA") ?? 0) == 0,
                let w = island.weight(axis: isTransposed ? 0 : 1), context.isVectorOrMissing(node, 2)
            else { return nil }
            guard isTransposed else {
                return pair("MatMulInteger", island, x, w, weights: w.name, axis: 1, attributes: [], &context)
            }
            let turned = context.fresh(w.name + "_transposed")
            let transpose = Node(
                "Transpose", inputs: [w.name], outputs: [turned], attributes: [Attribute("perm", [1, 0])])
            return pair("MatMulInteger", island, x, w, weights: turned, axis: 1, attributes: [], &context)
                .map { [transpose] + $0 }
        default: return nil
        }
    }

    /// The integer product and the scaling behind it.
    private static func pair(
        _ opType: String, _ island: Island, _ x: QuantizedValue, _ w: QuantizedValue, weights: String, axis: Int,
        attributes: [Attribute], _ context: inout LoweringContext
    ) -> [Node]? {
        guard Set(w.zeroPoints).count == 1, let output = island.node.outputs.first else { return nil }
        let zero = w.elementType == .int8
            ? Tensor(scalar: Int8(clamping: w.zeroPoints[0])) : Tensor(scalar: UInt8(clamping: w.zeroPoints[0]))
        let sums = context.fresh(output + "_sums")
        let bias = opType == "ConvInteger" || island.node.opType == "Gemm" ? Array(island.node.inputs.dropFirst(2)) : []
        return [
            Node(
                opType, name: island.node.name,
                inputs: [x.name, weights, x.zeroPoint, context.add(zero, w.name + "_zero_point")], outputs: [sums],
                attributes: attributes),
            Node(
                "ScaleSums", name: island.node.name, domain: "onnxq", inputs: [sums, x.scale, w.scale] + bias,
                outputs: [output], attributes: [Attribute("axis", axis)]),
        ]
    }
}

extension LoweringContext {
    /// Whether the node leaves input `index` out, or it is one number or a vector as far as its constant or grid tells.
    fileprivate mutating func isVectorOrMissing(_ node: Node, _ index: Int) -> Bool {
        guard node.inputs.count > index, !node.inputs[index].isEmpty else { return true }
        let extents = constant(node.inputs[index])?.extents ?? dequantized(node.inputs[index])?.constant?.extents
        return extents.map { $0.count <= 1 } ?? false
    }
}

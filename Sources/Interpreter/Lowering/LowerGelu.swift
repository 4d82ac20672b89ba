internal import GraphIR

extension IntegerLowering {
    /// The exact Gelu as exporters write it, x / √2 → Erf → + 1 → · x → · ½, with a QuantizeLinear behind it becomes one
    /// step from real numbers to a grid. `island.node` is the division or a multiplication by √½.
    static func lowerGelu(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        let first = island.node
        guard let x = first.inputs.first, context.isGeluScale(first),
            let erf = context.follower(of: first, "Erf"),
            let sum = context.follower(of: context.graph.nodes[erf], "Add", constant: 1),
            let product = context.follower(of: context.graph.nodes[sum], "Mul"),
            context.graph.nodes[product].inputs.contains(x),
            let half = context.follower(of: context.graph.nodes[product], "Mul", constant: 0.5),
            let last = context.privateConsumer(of: context.graph.nodes[half].outputs[0]),
            let y = context.quantized(by: last), y.is8Bit, y.isPerTensor
        else { return nil }
        context.dropped.formUnion([erf, sum, product, half, last])
        return [Node("QuantizedGelu", domain: "onnxq", inputs: [x, y.scale, y.zeroPoint], outputs: [y.name])]
    }
}

extension LoweringContext {
    private static let tolerance: Float = 1e-6

    private func number(_ name: String) -> Float? {
        guard let tensor = constant(name), tensor.elementType == .float32, tensor.elementCount == 1 else { return nil }
        return tensor.floats?.first
    }

    fileprivate func isGeluScale(_ node: Node) -> Bool {
        guard node.inputs.count == 2, let factor = number(node.inputs[1]) else { return false }
        let wanted: Float = node.opType == "Div" ? 2 : 0.5
        return (factor * factor - wanted).magnitude < Self.tolerance && factor > 0
    }

    /// The one reader of the node's result where it is an `opType`, with `constant` on its other side if that is given.
    fileprivate func follower(of node: Node, _ opType: String, constant: Float? = nil) -> Int? {
        guard node.outputs.count == 1, let next = privateConsumer(of: node.outputs[0]),
            graph.nodes[next].isStandard(opType), graph.nodes[next].outputs.count == 1
        else { return nil }
        guard let constant else { return next }
        return graph.nodes[next].inputs.contains { number($0) == constant } ? next : nil
    }
}

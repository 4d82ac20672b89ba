internal import GraphIR

extension IntegerLowering {
    /// Conv between grids becomes QLinearConv; the weight is constant, the bias int32 on the grid scale_x * scale_w.
    static func lowerConv(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        guard let x = island.activation(0), let w = island.weight(axis: 0), let y = island.activationOutput,
            let bias = island.integerBias(2, x, w)
        else { return nil }
        let result = island.clampedOutput(y, &context)
        let conv = Node(
            "QLinearConv", name: island.node.name,
            inputs: [x.name, x.scale, x.zeroPoint, w.name, w.scale, w.zeroPoint, y.scale, y.zeroPoint, bias],
            outputs: [result.name], attributes: island.node.attributes)
        return [conv] + result.clampNodes
    }

    /// Gemm with a constant weight becomes QGemm; without a QuantizeLinear behind it the result is float.
    static func lowerGemm(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        let node = island.node
        guard (node.float("alpha") ?? 1) == 1, (node.float("beta") ?? 1) == 1, (node.int("transA") ?? 0) == 0,
            let x = island.activation(0), let w = island.weight(axis: (node.int("transB") ?? 0) == 0 ? 1 : 0),
            let bias = island.integerBias(2, x, w)
        else { return nil }
        let inputs = [x.name, x.scale, x.zeroPoint, w.name, w.scale, w.zeroPoint, bias]
        func gemm(_ grid: [String], _ output: String) -> Node {
            Node(
                "QGemm", name: node.name, domain: "com.microsoft", inputs: inputs + grid, outputs: [output],
                attributes: node.attributes.filter { ["alpha", "transA", "transB"].contains($0.name) })
        }
        if let y = island.activationOutput {
            let result = island.clampedOutput(y, &context)
            return [gemm([y.scale, y.zeroPoint], result.name)] + result.clampNodes
        }
        return island.tail.isEmpty ? [gemm([], node.outputs[0])] : nil
    }

    /// MatMul of two grids becomes QLinearMatMul; without a QuantizeLinear behind it, MatMulIntegerToFloat.
    static func lowerMatMul(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        guard let a = island.activation(0), let b = island.activation(1) ?? island.weight(axis: -1) else { return nil }
        if let y = island.activationOutput {
            let result = island.clampedOutput(y, &context)
            let product = Node(
                "QLinearMatMul", name: island.node.name,
                inputs: [a.name, a.scale, a.zeroPoint, b.name, b.scale, b.zeroPoint, y.scale, y.zeroPoint],
                outputs: [result.name])
            return [product] + result.clampNodes
        }
        guard island.tail.isEmpty else { return nil }
        return [
            Node(
                "MatMulIntegerToFloat", name: island.node.name, domain: "com.microsoft",
                inputs: [a.name, b.name, a.scale, b.scale, a.zeroPoint, b.zeroPoint], outputs: [island.node.outputs[0]])
        ]
    }
}

extension Island {
    /// Input 1 where it is a constant 8-bit weight, per tensor or along `axis` (negative counts from the end).
    func weight(axis: Int) -> QuantizedValue? {
        guard inputs.count > 1, let value = inputs[1], value.is8Bit, let constant = value.constant else { return nil }
        guard let own = value.axis else { return value }
        let rank = constant.extents.count
        return (own + rank) % max(rank, 1) == (axis + rank) % max(rank, 1) ? value : nil
    }

    /// The name of the int32 bias at `index`, empty where the node has none; `nil` where there is a bias that does not lie
    /// on the grid scale_x * scale_w, so that it cannot be added to the accumulator.
    func integerBias(_ index: Int, _ x: QuantizedValue, _ w: QuantizedValue) -> String? {
        guard node.inputs.count > index, !node.inputs[index].isEmpty else { return "" }
        guard let bias = inputs[index], bias.elementType == .int32, let constant = bias.constant,
            bias.zeroPoints.allSatisfy({ $0 == 0 }), constant.extents.count == 1
        else { return nil }
        let count = max(bias.scales.count, w.scales.count)
        for channel in 0..<count {
            let expected = x.scales[0] * w.scales[w.scales.count == 1 ? 0 : channel]
            let actual = bias.scales[bias.scales.count == 1 ? 0 : channel]
            guard (actual - expected).magnitude <= 1e-5 * expected.magnitude else { return nil }
        }
        return bias.name
    }
}

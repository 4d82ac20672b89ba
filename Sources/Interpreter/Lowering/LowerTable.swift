internal import GraphIR
internal import Operators

extension IntegerLowering {
    private static let unary: Set<String> = [
        "Abs", "Ceil", "Celu", "Clip", "Cos", "Elu", "Erf", "Exp", "Floor", "Gelu", "HardSigmoid", "HardSwish",
        "LeakyRelu", "Log", "Mish", "Neg", "Reciprocal", "Relu", "Round", "Selu", "Shrink", "Sigmoid", "Sign", "Sin",
        "Softplus", "Softsign", "Sqrt", "Swish", "Tan", "Tanh", "ThresholdedRelu",
    ]

    /// A unary operator between 8-bit grids is a table of 256 entries, and so is a bare change of grid.
    static func lowerTable(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        let node = island.node
        if node.opType == "QuantizeLinear" {
            guard let x = island.activation(0), let y = context.quantized(by: island.position), y.is8Bit, y.isPerTensor,
                let table = try island.table(from: x, to: y, through: nil, context)
            else { return nil }
            return [.table(x.name, context.add(table, y.name + "_table"), y.name)]
        }
        guard unary.contains(node.opType), let x = island.activation(0), let y = island.activationOutput,
            node.inputs.dropFirst().allSatisfy({ $0.isEmpty || context.constant($0) != nil }),
            let table = try island.table(from: x, to: y, through: node, context)
        else { return nil }
        return [.table(x.name, context.add(table, y.name + "_table"), y.name)]
    }
}

extension Node {
    /// `output[i] = table[input[i]]`, the table in the order of the input's values from the least on.
    static func table(_ input: String, _ table: String, _ output: String) -> Node {
        Node("Table", domain: "onnxq", inputs: [input, table], outputs: [output])
    }
}

extension Island {
    /// What the literal execution of dequantize, `node`, the island's activation, quantize gives for each of the 256
    /// integers on `from`, from the least on.
    func table(
        from: QuantizedValue, to: QuantizedValue, through node: Node?, _ context: LoweringContext
    ) throws -> Tensor? {
        guard let range = from.elementType.integerRange, let least = to.elementType.integerRange?.lowerBound else { return nil }
        var reals = Tensor(range.map { Float($0 - from.zeroPoints[0]) * from.scales[0] }, [range.count])
        if let node {
            let rest = node.inputs.dropFirst().map { context.constant($0) }
            guard let result = try OperatorTable.evaluate(node, opset: context.opset, inputs: [reals] + rest).first ?? nil
            else { return nil }
            reals = result
        }
        guard var values = reals.floats else { return nil }
        if let clamp { values = values.map { min(max($0, clamp.lowerBound), clamp.upperBound) } }
        let integers = values.map { to.quantize($0.isNaN ? -.infinity : $0) }
        return least < 0 ? Tensor(integers.map(Int8.init), [range.count]) : Tensor(integers.map(UInt8.init), [range.count])
    }

    /// Whether the grid `y` cannot hold values outside the activation's interval, so that saturation does its work.
    func clampIsImplied(by y: QuantizedValue) -> Bool {
        guard let clamp, let range = y.elementType.integerRange else { return true }
        return y.quantize(clamp.lowerBound) <= range.lowerBound && y.quantize(clamp.upperBound) >= range.upperBound
    }

    /// Where the operator writes its integers, and what applies the activation's interval to them where saturation does
    /// not: rounding is monotone, so clamping the integers gives what clamping the real values first gives.
    func clampedOutput(_ y: QuantizedValue, _ context: inout LoweringContext) -> (name: String, clampNodes: [Node]) {
        guard let clamp, !clampIsImplied(by: y), let range = y.elementType.integerRange else { return (y.name, []) }
        let low = y.quantize(clamp.lowerBound), high = y.quantize(clamp.upperBound)
        let integers = range.map { min(max($0, low), high) }
        let table = range.lowerBound < 0
            ? Tensor(integers.map(Int8.init), [range.count]) : Tensor(integers.map(UInt8.init), [range.count])
        let inner = context.fresh(y.name + "_unclamped")
        return (inner, [.table(inner, context.add(table, y.name + "_clamp"), y.name)])
    }
}

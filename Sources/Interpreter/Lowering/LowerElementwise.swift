internal import GraphIR

extension IntegerLowering {
    /// Add or Mul of two grids becomes `opType` of ONNX Runtime's domain, or a table where both are functions of one.
    static func lowerBinary(_ island: Island, to opType: String, _ context: inout LoweringContext) -> [Node]? {
        guard let a = island.activation(0), let b = island.activation(1), let y = island.activationOutput,
            island.clampIsImplied(by: y), a.elementType == y.elementType, b.elementType == y.elementType
        else { return nil }
        let operation = Node(
            opType, name: island.node.name, domain: "com.microsoft",
            inputs: [a.name, a.scale, a.zeroPoint, b.name, b.scale, b.zeroPoint, y.scale, y.zeroPoint],
            outputs: [y.name])
        return lowerToTable(operation, a, b, to: y, &context) ?? [operation]
    }

    /// AveragePool or GlobalAveragePool between grids.
    static func lowerPool(_ island: Island, to opType: String) -> [Node]? {
        guard let x = island.activation(0), let y = island.activationOutput, island.clampIsImplied(by: y),
            x.elementType == y.elementType
        else { return nil }
        return [
            Node(
                opType, name: island.node.name, domain: "com.microsoft",
                inputs: [x.name, x.scale, x.zeroPoint, y.scale, y.zeroPoint], outputs: [y.name],
                attributes: island.node.attributes)
        ]
    }

    /// Concat of grids: plain where all are the same, else QLinearConcat.
    static func lowerConcat(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        guard let y = island.activationOutput, island.clampIsImplied(by: y) else { return nil }
        let inputs = island.inputs.indices.compactMap { island.activation($0) }
        guard inputs.count == island.node.inputs.count, inputs.allSatisfy({ $0.elementType == y.elementType })
        else { return nil }
        if inputs.allSatisfy({ $0.sharesGrid(with: y) }) {
            return [
                Node(
                    "Concat", name: island.node.name, inputs: inputs.map(\.name), outputs: [y.name],
                    attributes: island.node.attributes)
            ]
        }
        return [
            Node(
                "QLinearConcat", name: island.node.name, domain: "com.microsoft",
                inputs: [y.scale, y.zeroPoint] + inputs.flatMap { [$0.name, $0.scale, $0.zeroPoint] }, outputs: [y.name],
                attributes: island.node.attributes)
        ]
    }

    /// Softmax between grids.
    static func lowerSoftmax(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        guard let x = island.activation(0), let y = island.activationOutput, island.clamp == nil,
            x.elementType == y.elementType
        else { return nil }
        let axis = Attribute("axis", island.node.int("axis") ?? (context.opset >= 13 ? -1 : 1))
        return [
            Node(
                "QLinearSoftmax", name: island.node.name, domain: "com.microsoft",
                inputs: [x.name, x.scale, x.zeroPoint, y.scale, y.zeroPoint], outputs: [y.name],
                attributes: [axis, Attribute("opset", context.opset)])
        ]
    }

    /// Where between grids.
    static func lowerWhere(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        guard let x = island.activation(1), let z = island.activation(2), let y = island.activationOutput,
            island.clampIsImplied(by: y), x.elementType == y.elementType, z.elementType == y.elementType
        else { return nil }
        return [
            Node(
                "QLinearWhere", name: island.node.name, domain: "com.microsoft",
                inputs: [
                    island.node.inputs[0], x.name, x.scale, x.zeroPoint, z.name, z.scale, z.zeroPoint, y.scale, y.zeroPoint,
                ], outputs: [y.name])
        ]
    }
}

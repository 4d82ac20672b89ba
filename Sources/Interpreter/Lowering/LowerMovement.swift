internal import GraphIR

extension IntegerLowering {
    private static let movements: Set<String> = [
        "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "MaxPool", "Slice", "Gather", "Expand", "Tile",
        "DepthToSpace", "SpaceToDepth", "Identity", "Pad", "GlobalMaxPool",
    ]

    /// An operator that only moves values works on the integers themselves. Where the output has another grid, a table
    /// takes them there, which is what quantizing the dequantized values gives.
    static func lowerMovement(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        let node = island.node
        guard movements.contains(node.opType), let x = island.activation(0), let y = island.activationOutput,
            node.inputs.dropFirst().indices.allSatisfy({ island.inputs[$0] == nil })
        else { return nil }
        var moved = node
        moved.inputs[0] = x.name
        if node.opType == "Pad", !context.quantizePadding(of: &moved, x) { return nil }
        if x.sharesGrid(with: y), island.clamp == nil {
            moved.outputs = [y.name]
            return [moved]
        }
        moved.outputs = [context.fresh(y.name + "_moved")]
        guard let table = island.table(from: x, to: y) else { return nil }
        return [moved, .table(moved.outputs[0], context.add(table, y.name + "_table"), y.name)]
    }
}

extension IntegerLowering {
    /// Split of a grid into parts that each have the same grid works on the integers themselves.
    static func lowerSplit(_ island: Island, _ context: inout LoweringContext) throws -> [Node]? {
        guard let x = island.activation(0) else { return nil }
        var split = island.node
        split.inputs[0] = x.name
        var tail: [Int] = []
        for (position, output) in island.node.outputs.enumerated() {
            guard let reader = context.privateConsumer(of: output), let y = context.quantized(by: reader),
                x.sharesGrid(with: y)
            else { return nil }
            split.outputs[position] = y.name
            tail.append(reader)
        }
        context.dropped.formUnion(tail)
        return [split]
    }
}

extension LoweringContext {
    /// Gives a Pad on integers the integer that stands for its padding; `false` where that is not constant.
    fileprivate mutating func quantizePadding(of pad: inout Node, _ x: QuantizedValue) -> Bool {
        guard (pad.string("mode") ?? "constant") == "constant", pad.inputs.count >= 2 else { return pad.inputs.count >= 2 }
        var value: Float = 0
        if pad.inputs.count > 2, !pad.inputs[2].isEmpty {
            guard let given = constant(pad.inputs[2])?.floats?.first else { return false }
            value = given
        }
        let integer = x.quantize(value)
        let tensor = x.elementType == .int8 ? Tensor(scalar: Int8(integer)) : Tensor(scalar: UInt8(integer))
        let rest = Array(pad.inputs.dropFirst(3))
        pad.inputs = [pad.inputs[0], pad.inputs[1], add(tensor, pad.outputs[0] + "_padding")] + rest
        return true
    }
}

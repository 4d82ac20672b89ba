internal import GraphIR

extension IntegerLowering {
    private static let movements: Set<String> = [
        "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "MaxPool", "Slice", "Gather", "Expand", "Tile",
        "DepthToSpace", "SpaceToDepth", "Identity",
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
        if x.sharesGrid(with: y), island.clamp == nil {
            moved.outputs = [y.name]
            return [moved]
        }
        moved.outputs = [context.fresh(y.name + "_moved")]
        guard let table = try island.table(from: x, to: y, through: nil, context) else { return nil }
        return [moved, .table(moved.outputs[0], context.add(table, y.name + "_table"), y.name)]
    }
}

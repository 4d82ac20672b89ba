internal import GraphIR
internal import Operators

/// Changes up to version 7, when the operator set settled.
extension OpsetAdapterTable {
    static let firstVersions: [OpsetAdapter] = [
        OpsetAdapter("Pad", at: 2, rewrite: renamePaddings),
        OpsetAdapter("LpPool", "GlobalLpPool", at: 2, rewrite: wholePower),
        OpsetAdapter("Split", at: 2) { node, _ throws(AdapterRefusal) in
            if node.input(1) == nil { return [node] }
            throw AdapterRefusal("its sizes are an input, which version 2 took away")
        },
        OpsetAdapter("Concat", at: 4, rewrite: defaultAttribute("axis", 1)),
        OpsetAdapter("Cast", at: 6, rewrite: numberOfType),
        OpsetAdapter("Tile", at: 6) { _, _ throws(AdapterRefusal) in
            throw AdapterRefusal("Tile repeats a single axis before version 6")
        },
        OpsetAdapter("Selu", at: 6) { node, _ in
            var node = node
            node.removeAttribute("consumed_inputs")
            if node.float("alpha") == nil { node.set(Attribute("alpha", Float(1.6732))) }
            if node.float("gamma") == nil { node.set(Attribute("gamma", Float(1.0507))) }
            return [node]
        },
        OpsetAdapter(
            "Add", "Sub", "Mul", "Div", "Pow", "And", "Or", "Xor", "Equal", "Greater", "Less", at: 7,
            rewrite: implicitBroadcast),
        OpsetAdapter("Gemm", at: 7, rewrite: dropAttribute("broadcast")),
        OpsetAdapter("Dropout", at: 7, rewrite: dropAttribute("is_test")),
        OpsetAdapter("BatchNormalization", at: 7, rewrite: dropAttribute("is_test")),
        OpsetAdapter("LSTM", "GRU", "RNN", at: 7, rewrite: dropAttribute("output_sequence")),
        OpsetAdapter("PRelu", at: 7, rewrite: slopeOfChannels),
        OpsetAdapter(
            "Abs", "Add", "BatchNormalization", "Ceil", "Clip", "Div", "Dropout", "Elu", "Exp", "Floor", "HardSigmoid",
            "InstanceNormalization", "LeakyRelu", "Log", "Max", "Mean", "Min", "Mul", "Neg", "PRelu", "Reciprocal",
            "Relu", "Reshape", "Sigmoid", "Sqrt", "Sub", "Sum", "Tanh", at: 6,
            rewrite: dropAttribute("consumed_inputs")),
    ]

    static func dropAttribute(_ name: String) -> OpsetAdapter.Rewrite {
        { node, _ in
            var node = node
            node.removeAttribute(name)
            return [node]
        }
    }

    /// Writes out a default that the newer version changed.
    static func defaultAttribute(_ name: String, _ value: Int) -> OpsetAdapter.Rewrite {
        { node, _ in
            var node = node
            if node.attribute(name) == nil { node.set(Attribute(name, value)) }
            return [node]
        }
    }

    static func defaultAttribute(_ name: String, _ value: String) -> OpsetAdapter.Rewrite {
        { node, _ in
            var node = node
            if node.attribute(name) == nil { node.set(Attribute(name, value)) }
            return [node]
        }
    }

    private static func renamePaddings(_ node: Node, _ context: inout AdapterContext) -> [Node] {
        guard let paddings = node.ints("paddings") else { return [node] }
        var node = node
        node.removeAttribute("paddings")
        node.set(Attribute("pads", paddings))
        return [node]
    }

    private static func wholePower(
        _ node: Node, _ context: inout AdapterContext
    ) throws(AdapterRefusal) -> [Node] {
        guard let power = node.float("p") else { return [node] }
        guard let whole = Int(exactly: power) else { throw AdapterRefusal("its power \(power) is not a whole number") }
        var node = node
        node.set(Attribute("p", whole))
        return [node]
    }

    /// Cast named its type in words.
    private static func numberOfType(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard let name = node.string("to") else { return [node] }
        guard let type = ElementType.allCases.first(where: { $0.onnxName == name.lowercased() }) else {
            throw AdapterRefusal("its type '\(name)' is not known")
        }
        var node = node
        node.set(Attribute("to", Int(type.rawValue)))
        return [node]
    }

    /// Binary operators said whether and from which axis on the second operand broadcasts; now shapes are always aligned
    /// at their ends.
    private static func implicitBroadcast(
        _ node: Node, _ context: inout AdapterContext
    ) throws(AdapterRefusal) -> [Node] {
        var result = node
        result.removeAttribute("broadcast")
        result.removeAttribute("axis")
        guard node.int("broadcast") ?? 0 != 0, let axis = node.int("axis") else { return [result] }
        guard let a = context.rank(node.input(0)), let b = context.rank(node.input(1)) else {
            throw AdapterRefusal("it broadcasts along axis \(axis) of unknown shapes")
        }
        let end = (axis < 0 ? axis + a : min(axis, a)) + b
        guard b <= a, (b...a).contains(end) else {
            throw AdapterRefusal("it broadcasts along axis \(axis), where there is no room")
        }
        return aligned(result, to: a - end + b, from: b, &context)
    }

    /// PRelu had one slope for all or one a channel; now the slope broadcasts from the end.
    private static func slopeOfChannels(
        _ node: Node, _ context: inout AdapterContext
    ) throws(AdapterRefusal) -> [Node] {
        guard let slope = context.facts(node.input(1))?.shape, slope.rank <= 1 else {
            throw AdapterRefusal("the shape of its slope is not known")
        }
        if slope.rank == 0 || slope[0] == 1 { return [node] }
        guard let rank = context.rank(node.input(0)), rank >= 2 else {
            throw AdapterRefusal("the rank of its input is not known")
        }
        return aligned(node, to: rank - 1, from: 1, &context)
    }

    /// The node, its second operand with axes of extent 1 behind its own: `to` axes instead of `from`.
    private static func aligned(_ node: Node, to: Int, from: Int, _ context: inout AdapterContext) -> [Node] {
        guard to > from else { return [node] }
        var result = node
        let operand = context.fresh("\(node.stem)_aligned")
        result.inputs[1] = operand
        let axes = Attribute("axes", Array(from..<to))
        return [Node("Unsqueeze", name: operand, inputs: [node.inputs[1]], outputs: [operand], attributes: [axes]), result]
    }
}

internal import GraphIR

/// Attention with the products before it, and the embeddings before the first.
extension ExpandFusedOperators {
    /// `q, k, v = Split(x w + b)`, `y = Softmax(scale q kᵀ + mask) v`, head by head.
    static let attention: Rule = { node, expansion in
        guard let x = node.input(0), let weight = node.input(1), let heads = node.int("num_heads"), heads > 0,
            node.inputs.indices.allSatisfy({ $0 < 4 || $0 == 5 || node.inputs[$0].isEmpty }),
            node.outputs.dropFirst().allSatisfy(\.isEmpty), node.int("unidirectional") ?? 0 == 0,
            node.int("do_rotary") ?? 0 == 0, let width = expansion.shape(weight)?.dimensions.last?.value,
            let mask = maskAdded(node, &expansion)
        else { return nil }
        let sizes = node.ints("qkv_hidden_sizes") ?? [width / 3, width / 3, width / 3]
        guard sizes.count == 3, sizes.reduce(0, +) == width, sizes.allSatisfy({ $0 > 0 && $0 % heads == 0 })
        else { return nil }
        var packed = expansion.add("MatMul", [x, weight])
        if let bias = node.input(2) { packed = expansion.add("Add", [packed, bias]) }
        let operands = expansion.split(packed, sizes.map(Int64.init)).enumerated().map { index, operand in
            expansion.headsFirst(operand, heads, size: sizes[index] / heads, isTurned: index == 1)
        }
        let scale = node.float("scale").flatMap { $0 == 0 ? nil : $0 } ?? 1 / Float(sizes[0] / heads).squareRoot()
        let mixed = expansion.attention(operands[0], operands[1], operands[2], scale: scale, adding: mask)
        return [expansion.rows(mixed, width: sizes[2])] + node.outputs.dropFirst()
    }

    /// What is added to the scores: `(1 - mask) * filter` of a mask of ones and zeros for each key, or of the number of
    /// keys that count, and a bias; `nil` for a mask of another form.
    private static func maskAdded(_ node: Node, _ expansion: inout Expansion) -> [String]? {
        let bias = node.input(5).map { [$0] } ?? []
        guard let mask = node.input(3) else { return bias }
        guard let shape = expansion.shape(mask), let batch = expansion.shape(node.inputs[0])?.dimensions.first
        else { return nil }
        var kept = mask
        if shape.rank == 1, shape.dimensions[0] == batch, batch != .unknown {
            let axis = expansion.constant(Tensor([Int64(1)], [1]))
            let keys = expansion.positions(expansion.extent(1, of: node.inputs[0]))
            let counts = expansion.add("Cast", [mask], attributes: [Attribute("to", Int(ElementType.int64.rawValue))])
            kept = expansion.add("Less", [keys, expansion.add("Unsqueeze", [counts, axis])])
        } else if shape.rank != 2 {
            return nil
        }
        let flags = expansion.add("Cast", [kept], attributes: [Attribute("to", Int(ElementType.float32.rawValue))])
        let filter = expansion.constant(node.float("mask_filter_value") ?? -10000)
        let addend = expansion.add("Mul", [expansion.add("Sub", [expansion.constant(1), flags]), filter])
        let axes = expansion.constant(Tensor([Int64(1), 2], [2]))
        return [expansion.add("Unsqueeze", [addend, axes])] + bias
    }

    /// `s = words[ids] + positions + segments[kinds]`, `y = LayerNormalization(s)`; the second output is how many ids
    /// the mask lets count, 0 without one, the third s.
    static let embedding: Rule = { node, expansion in
        guard let ids = node.input(0), let words = node.input(2), let positions = node.input(3),
            let scale = node.input(5), let shift = node.input(6)
        else { return nil }
        let places: String
        if let given = node.input(8) {
            places = expansion.add("Gather", [positions, given])
        } else {
            let zero = expansion.constant(Tensor([Int64(0)], [1]))
            let length = expansion.add("Gather", [
                expansion.add("Shape", [ids]), expansion.constant(Tensor([Int64(1)], [1])),
            ])
            places = expansion.add("Slice", [positions, zero, length, zero])
        }
        var sum = expansion.add("Add", [expansion.add("Gather", [words, ids]), places])
        if let kinds = node.input(1), let segments = node.input(4) {
            sum = expansion.add("Add", [sum, expansion.add("Gather", [segments, kinds])])
        }
        let mask = node.input(7) ?? expansion.add("Sub", [ids, ids]), axis = expansion.constant(Tensor([Int64(1)], [1]))
        let counts = expansion.add("ReduceSum", [mask, axis], attributes: [Attribute("keepdims", 0)])
        let result = expansion.add(
            "LayerNormalization", [sum, scale, shift],
            attributes: [Attribute("axis", .int(-1)), Attribute("epsilon", .float(node.float("epsilon") ?? 1e-12))])
        return Array([result, counts, sum].prefix(node.outputs.count))
    }
}

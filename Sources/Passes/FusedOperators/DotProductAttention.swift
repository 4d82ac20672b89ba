internal import GraphIR

/// ONNX's own Attention, from operator set 23 on.
extension ExpandFusedOperators {
    /// `y = Softmax(cap(scale q kᵀ) + mask) v`, head by head, where `cap(s) = c tanh(s / c)`. A query that may look at no
    /// key gives zeros. Keys and values are the past ones and those given, and serve several heads of queries each.
    static let dotProductAttention: Rule = { node, expansion in
        guard let attention = DotProductAttention(node, expansion) else { return nil }
        return attention.expand(&expansion)
    }
}

private struct DotProductAttention {
    /// Added to the scores of keys that do not count; two of these are still a number.
    private static let masked: Float = -1e30
    private static let mostHeads = 1 << 20

    private let node: Node
    private let rank: Int
    private let heads: Int, keyHeads: Int
    private let keySize: Int, valueSize: Int

    /// `nil` for a form that is not known: what a cache holds outside of the node, windows, a read of the scores, extents
    /// that the shapes do not tell.
    init?(_ node: Node, _ expansion: Expansion) {
        let shapes = (0..<3).compactMap { node.input($0).flatMap(expansion.shape) }
        guard shapes.count == 3, let rank = shapes.first?.rank, rank == 3 || rank == 4,
            shapes.allSatisfy({ $0.rank == rank }), node.input(6) == nil, node.outputs.count < 4 || node.outputs[3].isEmpty,
            (node.int("left_window_size") ?? -1) < 0, (node.int("right_window_size") ?? -1) < 0,
            (node.input(4) == nil) == (node.input(5) == nil),
            node.input(3).map({ [.bool, .float32].contains(expansion.facts($0)?.elementType) }) ?? true
        else { return nil }
        let heads = rank == 3 ? node.int("q_num_heads") : shapes[0][1].value
        let keyHeads = rank == 3 ? node.int("kv_num_heads") : shapes[1][1].value
        guard let heads, let keyHeads, (1...Self.mostHeads).contains(heads), (1...heads).contains(keyHeads),
            heads.isMultiple(of: keyHeads),
            let keys = shapes[1].dimensions.last?.value, let values = shapes[2].dimensions.last?.value,
            rank == 4 || (keys.isMultiple(of: keyHeads) && values.isMultiple(of: keyHeads))
        else { return nil }
        (self.node, self.rank, self.heads, self.keyHeads) = (node, rank, heads, keyHeads)
        (keySize, valueSize) = rank == 3 ? (keys / keyHeads, values / keyHeads) : (keys, values)
        guard keySize > 0, (1...Int(Int32.max)).contains(valueSize) else { return nil }
    }

    func expand(_ expansion: inout Expansion) -> [String] {
        let queries = headsFirst(0, heads, keySize, &expansion)
        let keys = joined(node.input(4), headsFirst(1, keyHeads, keySize, &expansion), &expansion)
        let values = joined(node.input(5), headsFirst(2, keyHeads, valueSize, &expansion), &expansion)
        let turned = expansion.add(
            "Transpose", [repeated(keys, keySize, &expansion)], attributes: [Attribute("perm", [0, 1, 3, 2])])
        let mask = mask(queries, keys, &expansion)
        var mixed = expansion.attention(
            queries, turned, repeated(values, valueSize, &expansion),
            scale: node.float("scale") ?? 1 / Float(keySize).squareRoot(), cap: node.float("softcap") ?? 0,
            adding: mask.map { [$0] } ?? [])
        if let mask, node.input(3) != nil { mixed = withoutBlind(mixed, mask, &expansion) }
        if rank == 3 { mixed = expansion.rows(mixed, width: heads * valueSize) }
        let present = zip([keys, values], node.outputs.dropFirst()).map { value, output in
            output.isEmpty ? "" : expansion.add("Identity", [value])
        }
        return Array(([mixed] + present + [""]).prefix(node.outputs.count))
    }

    // MARK: Operands

    private func headsFirst(_ input: Int, _ heads: Int, _ size: Int, _ expansion: inout Expansion) -> String {
        rank == 3 ? expansion.headsFirst(node.inputs[input], heads, size: size) : node.inputs[input]
    }

    private func joined(_ past: String?, _ value: String, _ expansion: inout Expansion) -> String {
        past.map { expansion.add("Concat", [$0, value], attributes: [Attribute("axis", 2)]) } ?? value
    }

    /// Keys or values, once for each head of queries.
    private func repeated(_ value: String, _ size: Int, _ expansion: inout Expansion) -> String {
        guard heads > keyHeads else { return value }
        let times = expansion.constant(Tensor([1, 1, Int64(heads / keyHeads), 1, 1], [5]))
        let single = expansion.add("Unsqueeze", [value, expansion.constant(Tensor([Int64(2)], [1]))])
        let all = expansion.add("Expand", [single, times])
        return expansion.add("Reshape", [all, expansion.constant(Tensor([0, Int64(heads), -1, Int64(size)], [4]))])
    }

    // MARK: Masks

    /// What is added to the scores; `nil` where every key counts.
    private func mask(_ queries: String, _ keys: String, _ expansion: inout Expansion) -> String? {
        var mask = node.input(3)
        if let given = mask, expansion.facts(given)?.elementType == .bool { mask = addend(given, &expansion) }
        guard node.int("is_causal") ?? 0 != 0 else { return mask }
        let ahead = causal(queries, keys, &expansion)
        return mask.map { expansion.add("Add", [$0, ahead]) } ?? ahead
    }

    private func addend(_ counts: String, _ expansion: inout Expansion) -> String {
        expansion.add("Where", [counts, expansion.constant(0), expansion.constant(Self.masked)])
    }

    /// Query i may look at key j where `j <= i + p`, with p past keys.
    private func causal(_ queries: String, _ keys: String, _ expansion: inout Expansion) -> String {
        let rows = expansion.extent(2, of: queries), columns = expansion.extent(2, of: keys)
        var places = expansion.positions(rows)
        if node.input(4) != nil { places = expansion.add("Add", [places, expansion.add("Sub", [columns, rows])]) }
        let column = expansion.add("Unsqueeze", [places, expansion.constant(Tensor([Int64(1)], [1]))])
        return addend(expansion.add("LessOrEqual", [expansion.positions(columns), column]), &expansion)
    }

    /// Zeros for queries whose keys are all masked.
    private func withoutBlind(_ mixed: String, _ mask: String, _ expansion: inout Expansion) -> String {
        let last = expansion.constant(Tensor([Int64(-1)], [1]))
        let best = expansion.add("ReduceMax", [mask, last])
        let sees = expansion.add("Greater", [best, expansion.constant(Self.masked / 2)])
        return expansion.add("Where", [sees, mixed, expansion.constant(0)])
    }
}

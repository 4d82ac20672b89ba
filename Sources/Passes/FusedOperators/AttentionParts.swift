internal import GraphIR

/// What operators for attention are spelled out with.
extension Expansion {
    /// Adds `Softmax(cap(scale q kᵀ) + addends) v` with `cap(s) = c tanh(s / c)`, of operands with heads first, the keys
    /// transposed. Returns the result, heads first.
    mutating func attention(
        _ queries: String, _ turnedKeys: String, _ values: String, scale: Float, cap: Float = 0, adding addends: [String]
    ) -> String {
        var scores = add("Mul", [add("MatMul", [queries, turnedKeys]), constant(scale)])
        if cap > 0 {
            scores = add("Tanh", [add("Div", [scores, constant(cap)])])
            scores = add("Mul", [scores, constant(cap)])
        }
        for addend in addends { scores = add("Add", [scores, addend]) }
        let weights = add("Softmax", [scores], attributes: [Attribute("axis", .int(-1))])
        return add("MatMul", [weights, values])
    }

    /// Adds what makes [batch, heads, length, size] of rows [batch, length, heads * size], the last two axes the other way
    /// round where `isTurned`.
    mutating func headsFirst(_ rows: String, _ heads: Int, size: Int, isTurned: Bool = false) -> String {
        let divided = add("Reshape", [rows, constant(Tensor([0, 0, Int64(heads), Int64(size)], [4]))])
        return add("Transpose", [divided], attributes: [Attribute("perm", isTurned ? [0, 2, 3, 1] : [0, 2, 1, 3])])
    }

    /// The inverse: rows of `width` numbers of what has heads first.
    mutating func rows(_ heads: String, width: Int) -> String {
        let turned = add("Transpose", [heads], attributes: [Attribute("perm", [0, 2, 1, 3])])
        return add("Reshape", [turned, constant(Tensor([Int64(0), 0, Int64(width)], [3]))])
    }

    /// Adds the extent of an axis, a scalar.
    mutating func extent(_ axis: Int, of value: String) -> String {
        add("Gather", [add("Shape", [value]), constant(Tensor(scalar: Int64(axis)))])
    }

    /// Adds the numbers from 0 to below `count`, a scalar.
    mutating func positions(_ count: String) -> String {
        add("Range", [constant(Tensor(scalar: Int64(0))), count, constant(Tensor(scalar: Int64(1)))])
    }
}

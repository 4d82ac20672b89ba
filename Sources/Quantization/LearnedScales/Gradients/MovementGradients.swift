internal import GraphIR
internal import Operators

/// The gradient of what leaves elements in their order.
struct ReshapeGradient: GradientRule {
    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) -> [Tensor?] {
        [inputs[0].map { Tensor(.float32, $0.extents, bytes: gradient.bytes) }]
    }
}

/// The gradient of a Transpose: the opposite one.
struct TransposeGradient: GradientRule {
    nonisolated(unsafe) private let opposite: PreparedNode

    init(_ node: Node, opset: Int, output: Tensor) throws {
        let axes = node.ints("perm") ?? Array(output.extents.indices.reversed())
        let inverse = axes.indices.compactMap { axis in axes.firstIndex(of: axis) }
        opposite = try PreparedNode(
            Node("Transpose", inputs: ["gradient"], outputs: ["result"], attributes: [Attribute("perm", inverse)]),
            opset: opset, inputs: [Facts(.float32, extents: output.extents)])
    }

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) throws -> [Tensor?] {
        try opposite.run([gradient])
    }
}

/// The gradient of a Concat: its parts.
struct ConcatGradient: GradientRule {
    private let outer: Int
    /// Elements of each input for one index of the axes before the joined one.
    private let parts: [Int]

    /// `nil` where an input is left out.
    init?(_ node: Node, inputs: [Tensor?], output: Tensor) {
        let axis = node.int("axis") ?? 0, rank = output.extents.count
        guard (-rank..<rank).contains(axis), inputs.allSatisfy({ $0 != nil }) else { return nil }
        let outer = output.extents[..<(axis < 0 ? axis + rank : axis)].reduce(1, *)
        guard outer > 0 else { return nil }
        self.outer = outer
        parts = inputs.map { ($0?.elementCount ?? 0) / outer }
    }

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) -> [Tensor?] {
        let whole = parts.reduce(0, +)
        var first = 0
        return zip(zip(inputs, parts), wanted).map { input, wanted in
            defer { first += input.1 }
            guard wanted, let extents = input.0?.extents else { return nil }
            return .floats(extents) { target in
                gradient.withFloats { source in
                    for row in 0..<outer {
                        (target + row * input.1).update(from: source + row * whole + first, count: input.1)
                    }
                }
            }
        }
    }
}

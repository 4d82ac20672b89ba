internal import GraphIR
internal import Kernels
internal import Operators

/// The gradient of operands that are added or subtracted.
struct SumGradient: GradientRule {
    let signs: [Float]

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) -> [Tensor?] {
        zip(signs, wanted).map { sign, wanted in
            guard wanted else { return nil }
            return sign == 1 ? gradient : Tensor.zeros(gradient.extents).adding(gradient, scale: sign)
        }
    }
}

/// The gradient of a Mul, or of a Div by what does not vary: the same, with the output's gradient in the operand's place.
struct ScaleGradient: GradientRule {
    /// For each operand that varies.
    nonisolated(unsafe) private let nodes: [PreparedNode?]

    init(_ node: Node, opset: Int, inputs: [Tensor?], output: Tensor, varies: [Bool]) throws {
        nodes = try inputs.indices.map { index in
            guard varies[index], let other = inputs[1 - index] else { return nil }
            let facts = [Facts(.float32, extents: output.extents), Facts(.float32, extents: other.extents)]
            return try PreparedNode(
                Node(node.opType, inputs: ["gradient", "other"], outputs: ["result"]), opset: opset, inputs: facts)
        }
    }

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) throws -> [Tensor?] {
        try nodes.enumerated().map { index, node in
            wanted[index] ? try node?.run([gradient, inputs[1 - index]])[0] : nil
        }
    }
}

/// The gradient of a Clip or Relu.
struct ClipGradient: GradientRule {
    let low: Float
    let high: Float

    init(low: Float, high: Float) {
        self.low = low
        self.high = high
    }

    /// A Clip's; `nil` where its bounds are not single numbers.
    init?(inputs: [Tensor?]) {
        func bound(_ index: Int, _ otherwise: Float) -> Float? {
            guard index < inputs.count, let tensor = inputs[index] else { return otherwise }
            return tensor.elementCount == 1 ? tensor.floats?.first : nil
        }
        guard let low = bound(1, -.infinity), let high = bound(2, .infinity) else { return nil }
        self.init(low: low, high: high)
    }

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) -> [Tensor?] {
        guard wanted[0], let x = inputs[0] else { return [nil] }
        return [
            .floats(x.extents) { target in
                x.withFloats { x in
                    gradient.withFloats {
                        GradientKernels.clip(output.elementCount, low: low, high: high, x: x, g: $0, into: target)
                    }
                }
            },
        ]
    }
}

struct SigmoidGradient: GradientRule {
    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) -> [Tensor?] {
        [
            .floats(output.extents) { target in
                output.withFloats { y in
                    gradient.withFloats { GradientKernels.sigmoid(output.elementCount, y: y, g: $0, into: target) }
                }
            },
        ]
    }
}

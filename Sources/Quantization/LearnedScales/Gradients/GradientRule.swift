internal import GraphIR
internal import Kernels
internal import Operators

/// How the loss changes with the inputs of an operator, where it is known how it changes with the output: the reverse
/// mode of automatic differentiation, one operator at a time. All tensors are float32.
protocol GradientRule: Sendable {
    /// The gradient by each input that is `wanted`, which has that input's extents. Throws what kernels throw.
    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) throws -> [Tensor?]
}

/// A product with a constant weight, its inputs data and weight in this order.
protocol ProductGradientRule: GradientRule {
    /// The gradient by the weight, laid out as the weight is.
    func weightGradient(_ gradient: Tensor, data: Tensor) -> Matrix
}

enum GradientRules {
    /// The rule of a node with these inputs, of which some vary, and this output; `nil` where there is none.
    static func make(
        _ node: Node, opset: Int, inputs: [Tensor?], output: Tensor, varies: [Bool]
    ) -> (any GradientRule)? {
        guard (node.domain ?? "").isStandardDomain, node.outputs.count == 1, output.elementType == .float32,
            varies.contains(true), let first = inputs.first ?? nil
        else { return nil }
        let extents = zip(inputs, varies).compactMap { tensor, varies in varies ? tensor?.extents : nil }
        let isAlike = extents.allSatisfy { $0 == output.extents }
        switch node.opType {
        case "Conv", "Gemm", "MatMul":
            guard varies.firstIndex(of: true) == varies.lastIndex(of: true), varies[0], let weight = inputs[1]
            else { return nil }
            return node.opType == "Conv"
                ? try? ConvolutionGradient(node, data: first, weight: weight)
                : try? MatrixProductGradient(node, data: first, weight: weight, output: output)
        case "Add": return isAlike ? SumGradient(signs: [1, 1]) : nil
        case "Sub": return isAlike ? SumGradient(signs: [1, -1]) : nil
        case "Mul", "Div":
            guard isAlike, node.opType == "Mul" || varies == [true, false] else { return nil }
            return try? ScaleGradient(node, opset: opset, inputs: inputs, output: output, varies: varies)
        case "Relu": return ClipGradient(low: 0, high: .infinity)
        case "Clip": return ClipGradient(inputs: inputs)
        case "Sigmoid": return SigmoidGradient()
        case "GlobalAveragePool", "AveragePool": return try? AveragePoolGradient(node, data: first)
        case "MaxPool": return try? MaxPoolGradient(node, opset: opset, data: first)
        case "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout": return ReshapeGradient()
        case "Transpose": return try? TransposeGradient(node, opset: opset, output: output)
        case "Concat": return ConcatGradient(node, inputs: inputs, output: output)
        default: return nil
        }
    }
}

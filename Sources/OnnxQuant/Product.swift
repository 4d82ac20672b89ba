internal import GraphIR
internal import Operators

/// How the multiply-accumulates of one operator are counted.
struct Product {
    enum Kind {
        /// Each output element sums over a weight's elements of one output channel.
        case convolution
        /// Each input element is spread over a weight's elements of one input channel.
        case transposedConvolution
        /// Each output element sums over the inner dimension.
        case matrixProduct
        /// Each combination of the axes that an equation names is a product.
        case summation(EinsumEquation)
    }

    let kind: Kind
    /// Positions of the operands among the inputs.
    let data = 0
    let weight: Int
    /// Whether the operator itself takes integers.
    let takesIntegers: Bool
    private let isTransposed: Bool

    /// `nil` where the node is no product that is counted. Operators of other domains than ONNX's count where they are
    /// what the interpreter makes of products.
    init?(_ node: Node) {
        switch node.opType {
        case "Conv": (kind, weight, takesIntegers) = (.convolution, 1, false)
        case "ConvInteger": (kind, weight, takesIntegers) = (.convolution, 1, true)
        case "QLinearConv": (kind, weight, takesIntegers) = (.convolution, 3, true)
        case "ConvTranspose": (kind, weight, takesIntegers) = (.transposedConvolution, 1, false)
        case "MatMul", "Gemm": (kind, weight, takesIntegers) = (.matrixProduct, 1, false)
        case "MatMulInteger", "MatMulIntegerToFloat": (kind, weight, takesIntegers) = (.matrixProduct, 1, true)
        case "QLinearMatMul", "QGemm": (kind, weight, takesIntegers) = (.matrixProduct, 3, true)
        case "Einsum":
            guard node.inputs.count == 2, let equation = node.string("equation").flatMap({ try? EinsumEquation($0) })
            else { return nil }
            (kind, weight, takesIntegers) = (.summation(equation), 1, false)
        default: return nil
        }
        isTransposed = ["Gemm", "QGemm"].contains(node.opType) && node.int("transA") ?? 0 != 0
    }

    /// `nil` where a shape is not known or the count is too large for an `Int`.
    func count(inputs: [Facts?], output: Facts?) -> Int? {
        guard inputs.count > weight, let outputExtents = output?.knownExtents,
            let dataExtents = inputs[data]?.knownExtents, let weightExtents = inputs[weight]?.knownExtents
        else { return nil }
        switch kind {
        case .convolution: return product(outputExtents + weightExtents.dropFirst())
        case .transposedConvolution: return product(dataExtents + weightExtents.dropFirst())
        case .matrixProduct:
            guard let inner = isTransposed ? dataExtents.first : dataExtents.last else { return nil }
            return product(outputExtents + [inner])
        case .summation(let equation):
            let ranks = [dataExtents.count, weightExtents.count]
            guard let labels = try? equation.bound(ranks: ranks).operands else { return nil }
            let extents = Dictionary(zip(labels.joined(), dataExtents + weightExtents), uniquingKeysWith: max)
            return product(Array(extents.values))
        }
    }

    private func product(_ factors: [Int]) -> Int? {
        var result = 1
        for factor in factors {
            let (next, overflow) = result.multipliedReportingOverflow(by: factor)
            guard factor >= 0, !overflow else { return nil }
            result = next
        }
        return result
    }
}

extension Graph {
    /// The products of this graph and of all graphs inside its nodes.
    var productCount: Int {
        nodes.reduce(0) { count, node in
            count + (Product(node) == nil ? 0 : 1) + node.subgraphs.reduce(0) { $0 + $1.productCount }
        }
    }
}

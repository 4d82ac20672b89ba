public import GraphIR
internal import Operators
internal import Passes
public import Reporting

/// Counts the multiply-accumulates of convolutions and matrix products in one run of a model.
public enum MultiplyAccumulates {
    /// How many there are in the nodes of `model`'s graph, subgraphs left out, and how many are done on integers:
    /// those of integer operators, and those between quantize and dequantize nodes.
    ///
    /// `extents` gives inputs their extents; a dimension that stays symbolic counts as 1. A node whose shapes cannot be
    /// inferred is not counted. O(nodes). Throws `GraphFault`.
    public static func count(
        _ model: Model, extents: [String: [Int]] = [:]
    ) throws -> MultiplyAccumulateShare {
        var fixed = model
        fixed.graph = try model.graph.sorted().withKnownShapes(extents)
        let index = GraphIndex(fixed.graph)
        let facts = inferFacts(foldingSmallValues: fixed)
        var total = 0, integer = 0
        for node in fixed.graph.nodes {
            guard let product = Product(node), let count = product.count(node, facts) else { continue }
            let (sum, overflow) = total.addingReportingOverflow(count)
            guard !overflow else { continue }
            total = sum
            if product.isInteger(node, fixed.graph, index) { integer += count }
        }
        return MultiplyAccumulateShare(total: total, integer: integer)
    }

    /// The facts of all values, those of shape arithmetic computed.
    private static func inferFacts(foldingSmallValues model: Model) -> [String: Facts] {
        let mostElements = 64
        var inference = ShapeInference(model)
        for node in model.graph.nodes {
            inference.visit(node)
            let inputs = node.inputs.map { inference.facts[$0]?.constant }
            let isSmall = zip(node.inputs, inputs).allSatisfy { name, value in
                name.isEmpty || value.map { $0.elementCount <= mostElements } ?? false
            }
            let outputs = node.outputs.compactMap { inference.facts[$0] }
            guard isSmall, outputs.contains(where: { $0.constant == nil }),
                outputs.allSatisfy({ $0.shape?.elementCount ?? 0 <= mostElements }),
                let values = try? OperatorTable.evaluate(node, opset: model.opset(node.domain) ?? 1, inputs: inputs)
            else { continue }
            for case (let name, let value?) in zip(node.outputs, values) { inference.set(name, constant: value) }
        }
        return inference.facts
    }
}

/// How the multiply-accumulates of one operator are counted.
private struct Product {
    private enum Kind {
        /// Each output element sums over a weight's elements of one output channel.
        case convolution
        /// Each input element is spread over a weight's elements of one input channel.
        case transposedConvolution
        /// Each output element sums over the inner dimension.
        case matrixProduct
    }

    private let kind: Kind
    private let data: Int
    private let weight: Int
    /// Whether the operator itself takes integers.
    private let takesIntegers: Bool

    /// `nil` where the node is no product that is counted.
    init?(_ node: Node) {
        guard (node.domain ?? "").isStandardDomain else { return nil }
        data = 0
        switch node.opType {
        case "Conv": (kind, weight, takesIntegers) = (.convolution, 1, false)
        case "ConvInteger": (kind, weight, takesIntegers) = (.convolution, 1, true)
        case "QLinearConv": (kind, weight, takesIntegers) = (.convolution, 3, true)
        case "ConvTranspose": (kind, weight, takesIntegers) = (.transposedConvolution, 1, false)
        case "MatMul", "Gemm": (kind, weight, takesIntegers) = (.matrixProduct, 1, false)
        case "MatMulInteger": (kind, weight, takesIntegers) = (.matrixProduct, 1, true)
        case "QLinearMatMul": (kind, weight, takesIntegers) = (.matrixProduct, 3, true)
        default: return nil
        }
    }

    /// `nil` where a shape is not known or the count is too large for an `Int`.
    func count(_ node: Node, _ facts: [String: Facts]) -> Int? {
        guard node.inputs.count > weight, let output = node.outputs.first,
            let dataExtents = facts[node.inputs[data]]?.knownExtents,
            let weightExtents = facts[node.inputs[weight]]?.knownExtents,
            let outputExtents = facts[output]?.knownExtents
        else { return nil }
        switch kind {
        case .convolution: return product(outputExtents + weightExtents.dropFirst())
        case .transposedConvolution: return product(dataExtents + weightExtents.dropFirst())
        case .matrixProduct:
            let isTransposed = node.isStandard("Gemm") && node.int("transA") ?? 0 != 0
            guard let inner = isTransposed ? dataExtents.first : dataExtents.last else { return nil }
            return product(outputExtents + [inner])
        }
    }

    /// Whether a runtime computes the node on integers: a convolution only where it gives integers too, a matrix
    /// product may give float.
    func isInteger(_ node: Node, _ graph: Graph, _ index: GraphIndex) -> Bool {
        if takesIntegers { return true }
        let isDequantized = [data, weight].allSatisfy { input in
            index.producer[node.inputs[input]].map { graph.nodes[$0].isStandard("DequantizeLinear") } ?? false
        }
        guard isDequantized else { return false }
        return kind == .matrixProduct || node.outputs.first.map { isQuantized($0, graph, index) } ?? false
    }

    /// Whether a value goes to a QuantizeLinear node and nowhere else, an activation between them allowed.
    private func isQuantized(_ value: String, _ graph: Graph, _ index: GraphIndex) -> Bool {
        guard let reader = index.soleConsumer(of: value).map({ graph.nodes[$0] }) else { return false }
        if reader.isStandard("QuantizeLinear") { return true }
        guard reader.isStandard("Relu") || reader.isStandard("Clip"), let output = reader.outputs.first,
            let next = index.soleConsumer(of: output)
        else { return false }
        return graph.nodes[next].isStandard("QuantizeLinear")
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
    /// The same graph with every dimension of inputs and declared values known: as `extents` says of inputs, else 1. A
    /// symbol that an input's extents settle is settled everywhere.
    fileprivate func withKnownShapes(_ extents: [String: [Int]]) -> Graph {
        let symbols = inputs.symbols(settledBy: extents)
        func known(_ info: ValueInfo) -> ValueInfo {
            guard case .tensor(let elementType?, let shape?)? = info.type else { return info }
            let dimensions = shape.dimensions.enumerated().map { axis, dimension -> Dimension in
                if let given = extents[info.name], given.count == shape.rank { return .known(given[axis]) }
                if case .symbol(let name) = dimension { return .known(symbols[name] ?? 1) }
                return dimension == .unknown ? .known(1) : dimension
            }
            return ValueInfo(info.name, elementType, Shape(dimensions))
        }
        var result = self
        result.inputs = inputs.map(known)
        result.valueInfo = valueInfo.map(known)
        result.outputs = outputs.map(known)
        return result
    }
}

public import GraphIR
internal import Operators
internal import Passes
public import Reporting

/// Counts the multiply-accumulates of convolutions and matrix products in one run of a model.
public enum MultiplyAccumulates {
    /// How many there are in the nodes of `model`'s graph, subgraphs left out, and how many are done on integers:
    /// those of integer operators, and those between quantize and dequantize nodes; and how many of these on
    /// activations of more than 8 bits.
    ///
    /// `extents` gives inputs their extents; a dimension that stays symbolic counts as 1. A node whose shapes cannot be
    /// inferred is not counted. O(nodes). Throws `GraphFault`.
    public static func count(
        _ model: Model, extents: [String: [Int]] = [:]
    ) throws -> MultiplyAccumulateShare {
        let shapes = try Shapes(model, extents)
        var total = 0, integer = 0, wide = 0
        for node in shapes.model.graph.nodes {
            guard let (product, count) = shapes.product(node) else { continue }
            let (sum, overflow) = total.addingReportingOverflow(count)
            guard !overflow else { continue }
            total = sum
            guard product.isInteger(node, shapes.model.graph, shapes.index) else { continue }
            integer += count
            if shapes.isWide(node.inputs[product.data]) { wide += count }
        }
        return MultiplyAccumulateShare(total: total, integer: integer, wide: wide)
    }

    /// The work of each node of a graph that is in order, by position: its multiply-accumulates, or where it is no
    /// product the elements it writes; 0 where shapes cannot be inferred. O(nodes). Throws `GraphFault`.
    static func work(_ model: Model, extents: [String: [Int]] = [:]) throws -> [Int] {
        let shapes = try Shapes(model, extents)
        return model.graph.nodes.map { node in
            shapes.product(node)?.count ?? shapes.facts[node.outputs.first ?? ""]?.shape?.elementCount ?? 0
        }
    }

    /// The multiply-accumulates of each node that `count` counts, by the name of its first output. O(nodes). Throws
    /// `GraphFault`.
    static func byOutput(_ model: Model, extents: [String: [Int]]) throws -> [String: Int] {
        let shapes = try Shapes(model, extents)
        var counts: [String: Int] = [:]
        for node in shapes.model.graph.nodes {
            if let output = node.outputs.first { counts[output] = shapes.product(node)?.count }
        }
        return counts
    }

    /// A model with what is known of the shapes of its values.
    private struct Shapes {
        let model: Model
        let facts: [String: Facts]
        let index: GraphIndex

        init(_ model: Model, _ extents: [String: [Int]]) throws {
            var fixed = model
            fixed.graph = try model.graph.sorted().withKnownShapes(extents)
            self.model = fixed
            facts = inferFacts(foldingSmallValues: fixed)
            index = GraphIndex(fixed.graph)
        }

        /// Whether a value comes from integers of more than 8 bits.
        func isWide(_ value: String) -> Bool {
            guard let node = index.dequantizer(of: value, in: model.graph),
                let type = facts[node.inputs[0]]?.elementType
            else { return false }
            return type.bits > 8
        }

        /// The node as a product that is counted, and its count.
        func product(_ node: Node) -> (product: Product, count: Int)? {
            guard (node.domain ?? "").isStandardDomain, let product = Product(node),
                let count = product.count(inputs: node.inputs.map { facts[$0] }, output: facts[node.outputs.first ?? ""])
            else { return nil }
            return (product, count)
        }
    }

    /// The facts of all values, those of shape arithmetic computed.
    private static func inferFacts(foldingSmallValues model: Model) -> [String: Facts] {
        let mostElements = 64
        var inference = ShapeInference(model)
        for node in model.graph.nodes {
            let outputs = inference.visit(node).compactMap(\.self)
            guard outputs.contains(where: { $0.constant == nil }),
                outputs.allSatisfy({ $0.shape?.elementCount ?? 0 <= mostElements })
            else { continue }
            let inputs = node.inputs.map { inference.facts[$0]?.constant }
            let isSmall = zip(node.inputs, inputs).allSatisfy { name, value in
                name.isEmpty || value.map { $0.elementCount <= mostElements } ?? false
            }
            guard isSmall,
                let values = try? OperatorTable.evaluate(node, opset: model.opset(node.domain) ?? 1, inputs: inputs)
            else { continue }
            for case (let name, let value?) in zip(node.outputs, values) { inference.set(name, constant: value) }
        }
        return inference.facts
    }
}

extension Product {
    /// Whether a runtime computes the node on integers: a convolution only where it gives integers too, a matrix
    /// product may give float, an Einsum never.
    fileprivate func isInteger(_ node: Node, _ graph: Graph, _ index: GraphIndex) -> Bool {
        if takesIntegers { return true }
        let isDequantized = [data, weight].allSatisfy { index.dequantizer(of: node.inputs[$0], in: graph) != nil }
        return switch kind {
        case .summation: false
        case .matrixProduct: isDequantized
        case .convolution, .transposedConvolution:
            isDequantized && node.outputs.first.map { isQuantized($0, graph, index) } ?? false
        }
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

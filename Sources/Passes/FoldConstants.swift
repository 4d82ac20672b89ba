public import GraphIR
internal import Operators

/// Computes what depends on constants only.
///
/// - Before: nodes whose inputs are all constant; Constant nodes; Shape of a value whose dimensions are known; Gather
///   and Slice that take known dimensions out of a Shape whose other dimensions are symbols.
/// - After: initializers under the names of the nodes' outputs.
/// - Conditions: the operator is in `OperatorTable`, runs no subgraph and draws no random numbers. It is not
///   DequantizeLinear: weights that come quantized stay so. No output is an output of the graph. The file grows by at
///   most `growthLimit` bytes a node, inputs that nothing else reads counted as gone.
/// - Formula: the operators' own.
/// - Source: constant propagation in one walk in the graph's order.
public struct FoldConstants: Pass {
    public static let name = "fold-constants"

    /// Bytes that folding one node may add.
    public static let growthLimit = 1 << 20

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let index = GraphIndex(model.graph)
        var inference = ShapeInference(model)
        var folded: Set<Int> = []
        var changes: [String] = []
        for (position, node) in model.graph.nodes.enumerated() {
            let outputs = inference.visit(node)
            guard !node.writtenValues.isEmpty, index.outputs.isDisjoint(with: node.outputs), node.subgraphs.isEmpty,
                !isRandom(node), !node.isStandard("DequantizeLinear")
            else { continue }
            let grows = growth(node, at: position, outputs, index, model.graph) > Self.growthLimit
            guard node.isStandard("Constant") || !grows,
                let constants = known(outputs, of: node) ?? computed(node, inference, model, index)
            else { continue }
            for (name, constant) in zip(node.outputs, constants) where !name.isEmpty {
                guard let constant else { continue }
                model.graph.initializers[name] = constant
                inference.set(name, constant: constant)
            }
            folded.insert(position)
            changes.append(node.label)
        }
        model.graph.removeNodes(at: folded)
        model.graph.forgetStaleValueInfo()
        return changes
    }

    /// The outputs, where inference alone gives the contents of all.
    private func known(_ outputs: [Facts?], of node: Node) -> [Tensor?]? {
        let isKnown = zip(node.outputs, outputs).allSatisfy { $0.isEmpty || $1?.constant != nil }
        return isKnown ? outputs.map { $0?.constant } : nil
    }

    /// The outputs, computed.
    private func computed(
        _ node: Node, _ inference: ShapeInference, _ model: Model, _ index: GraphIndex
    ) -> [Tensor?]? {
        let evaluation = Evaluation(node: node, opset: model.opset(node.domain) ?? 1, facts: inference.facts)
        return evaluation.ofConstants() ?? evaluation.ofKnownDimensions(model.graph, index)
    }

    /// Bytes that the outputs take more than the constants that only this node reads; `Int.max` where not known.
    private func growth(
        _ node: Node, at position: Int, _ outputs: [Facts?], _ index: GraphIndex, _ graph: Graph
    ) -> Int {
        var bytes = 0
        for (name, output) in zip(node.outputs, outputs) where !name.isEmpty {
            guard let output, let extents = output.knownExtents else { return .max }
            var size = output.elementType.bits
            for extent in extents {
                let product = size.multipliedReportingOverflow(by: extent)
                guard !product.overflow, extent >= 0 else { return .max }
                size = product.partialValue
            }
            bytes = min(bytes + size / 8, .max / 2)
        }
        for name in Set(node.inputs) where index.soleConsumer(of: name) == position {
            bytes -= graph.constant(name)?.bytes.count ?? 0
        }
        return bytes
    }
}

/// A node about to be computed.
private struct Evaluation {
    let node: Node
    let opset: Int
    let facts: [String: Facts]

    /// The outputs, where all inputs are constant.
    func ofConstants() -> [Tensor?]? {
        let inputs = node.inputs.map { facts[$0]?.constant }
        guard zip(node.inputs, inputs).allSatisfy({ $0.isEmpty || $1 != nil }) else { return nil }
        return evaluate(inputs)
    }

    /// The outputs of a Gather or Slice that takes known dimensions out of a Shape: they are the same whatever stands
    /// for the unknown ones.
    func ofKnownDimensions(_ graph: Graph, _ index: GraphIndex) -> [Tensor?]? {
        guard node.isStandard("Gather") || node.isStandard("Slice"), let data = node.input(0),
            let producer = index.producer[data], graph.nodes[producer].isStandard("Shape"),
            let first = evaluate(dimensions(graph.nodes[producer], unknown: -1)),
            let second = evaluate(dimensions(graph.nodes[producer], unknown: -2)),
            first.first??.integers != nil, first.first??.integers == second.first??.integers
        else { return nil }
        return first
    }

    /// The inputs, with `unknown` in the place of each dimension that is not known.
    private func dimensions(_ shapeNode: Node, unknown: Int64) -> [Tensor?] {
        guard let value = shapeNode.input(0), let shape = facts[value]?.shape else { return [] }
        let part = Shape.bounds(shapeNode, rank: shape.rank)
        let dimensions = shape.dimensions[part].map { $0.value.map(Int64.init) ?? unknown }
        return [Tensor(dimensions, [dimensions.count])] + node.inputs.dropFirst().map { facts[$0]?.constant }
    }

    private func evaluate(_ inputs: [Tensor?]) -> [Tensor?]? {
        guard inputs.count == node.inputs.count,
            zip(node.inputs, inputs).allSatisfy({ $0.isEmpty || $1 != nil }),
            let outputs = try? OperatorTable.evaluate(node, opset: opset, inputs: inputs),
            zip(node.outputs, outputs).allSatisfy({ $0.isEmpty || $1 != nil })
        else { return nil }
        return outputs
    }
}

extension Shape {
    /// The dimensions that a Shape node gives, by its attributes `start` and `end`.
    fileprivate static func bounds(_ node: Node, rank: Int) -> Range<Int> {
        func clamped(_ bound: Int) -> Int { min(max(bound < 0 ? bound + rank : bound, 0), rank) }
        let start = clamped(node.int("start") ?? 0)
        return start..<max(start, clamped(node.int("end") ?? rank))
    }
}

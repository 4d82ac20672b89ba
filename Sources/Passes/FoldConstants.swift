public import GraphIR
internal import Operators
internal import OrderedCollections

/// Computes what depends on constants only.
///
/// - Before: nodes whose inputs are all constant; Constant nodes; Shape of a value whose dimensions are known; what
///   depends on the known dimensions of a Shape only, whatever its others are.
/// - After: initializers under the names of the nodes' outputs.
/// - Conditions: the operator is in `OperatorTable`, runs no subgraph and draws no random numbers. It is not
///   DequantizeLinear: weights that come quantized stay so. No output is an output of the graph. The file grows by at
///   most `growthLimit` bytes a node, constants that nothing reads any more counted as gone. What is made of a weight
///   on its way to another, as where it is normalized, may be as large as that: it does not stay.
/// - Formula: the operators' own.
/// - Source: constant propagation in one walk in the graph's order.
public struct FoldConstants: Pass {
    public static let name = "fold-constants"

    /// Bytes that folding one node may add.
    public static let growthLimit = 1 << 20

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        var folding = ConstantFolding(model)
        for position in model.graph.nodes.indices { folding.visit(position) }
        for (name, constant) in folding.constants { model.graph.initializers[name] = constant }
        let changes = folding.folded.sorted().map { model.graph.nodes[$0].label }
        model.graph.removeNodes(at: folding.folded)
        model.graph.forgetStaleValueInfo()
        return changes
    }
}

/// One walk over a graph's nodes.
private struct ConstantFolding {
    private let model: Model
    private let index: GraphIndex
    private var inference: ShapeInference
    /// The makers of values that are known but too large to be kept: of weights on their way to others.
    private var passing: [String: Int] = [:]
    /// By name, what takes the place of nodes, and the positions of these.
    private(set) var constants: OrderedDictionary<String, Tensor> = [:]
    private(set) var folded: Set<Int> = []

    init(_ model: Model) {
        self.model = model
        index = GraphIndex(model.graph)
        inference = ShapeInference(model)
    }

    /// Folds the node at `position`, those before it visited, if it can be.
    mutating func visit(_ position: Int) {
        let node = model.graph.nodes[position], outputs = inference.visit(node)
        guard !node.writtenValues.isEmpty, index.outputs.isDisjoint(with: node.outputs), node.subgraphs.isEmpty,
            !isRandom(node), !node.isStandard("DequantizeLinear")
        else { return }
        let size = size(of: outputs, node)
        guard node.isStandard("Constant") || size - released(by: position) <= FoldConstants.growthLimit else {
            let given = Set(node.inputs).reduce(0) { $0 + (inference.facts[$1].flatMap(Self.byteCount) ?? 0) }
            let isKnown = node.inputs.allSatisfy { $0.isEmpty || inference.facts[$0]?.constant != nil || passing[$0] != nil }
            if isKnown, size - given <= FoldConstants.growthLimit {
                for name in node.writtenValues { passing[name] = position }
            }
            return
        }
        var known: [String: Tensor] = [:]
        guard let results = Self.contents(outputs, of: node) ?? computed(position, &known) else { return }
        for (name, constant) in zip(node.outputs, results) where !name.isEmpty {
            guard let constant else { continue }
            constants[name] = constant
            inference.set(name, constant: constant)
        }
        folded.insert(position)
    }

    /// The outputs, where inference alone gives the contents of all.
    private static func contents(_ outputs: [Facts?], of node: Node) -> [Tensor?]? {
        let isKnown = zip(node.outputs, outputs).allSatisfy { $0.isEmpty || $1?.constant != nil }
        return isKnown ? outputs.map { $0?.constant } : nil
    }

    /// The outputs, computed, where all inputs are constant or made of such. `known` keeps what was made on the way.
    private func computed(_ position: Int, _ known: inout [String: Tensor]) -> [Tensor?]? {
        let node = model.graph.nodes[position]
        let inputs = node.inputs.map { value($0, &known) }
        guard zip(node.inputs, inputs).allSatisfy({ $0.isEmpty || $1 != nil }),
            let outputs = try? OperatorTable.evaluate(node, opset: model.opset(node.domain) ?? 1, inputs: inputs),
            zip(node.outputs, outputs).allSatisfy({ $0.isEmpty || $1 != nil })
        else { return nil }
        return outputs
    }

    private func value(_ name: String, _ known: inout [String: Tensor]) -> Tensor? {
        if let constant = inference.facts[name]?.constant ?? known[name] { return constant }
        guard let maker = passing[name], let results = computed(maker, &known) else { return nil }
        for (output, result) in zip(model.graph.nodes[maker].outputs, results) { known[output] = result }
        return known[name]
    }

    // MARK: Growth

    /// Bytes that the outputs take; `Int.max` where not known.
    private func size(of outputs: [Facts?], _ node: Node) -> Int {
        zip(node.outputs, outputs).reduce(0) { sum, entry in
            let (name, output) = entry
            guard !name.isEmpty else { return sum }
            guard let bytes = output.flatMap(Self.byteCount) else { return .max }
            return max(sum, min(sum, .max / 2) + min(bytes, .max / 2))
        }
    }

    private static func byteCount(_ facts: Facts) -> Int? {
        guard let extents = facts.knownExtents else { return nil }
        var bits = facts.elementType.bits
        for extent in extents {
            let product = bits.multipliedReportingOverflow(by: extent)
            guard !product.overflow, extent >= 0 else { return nil }
            bits = product.partialValue
        }
        return bits / 8
    }

    /// Bytes of the constants that nothing reads any more once the node at `position` is folded.
    private func released(by position: Int) -> Int {
        var open = [position], names: Set<String> = []
        while let next = open.popLast() {
            for name in model.graph.nodes[next].inputs where names.insert(name).inserted {
                if let maker = passing[name] { open.append(maker) }
            }
        }
        return names.reduce(0) { sum, name in
            guard let constant = constants[name] ?? model.graph.constant(name), !index.outputs.contains(name),
                (index.consumers[name] ?? []).allSatisfy({ isGone($0, with: position) })
            else { return sum }
            return sum + constant.bytes.count
        }
    }

    /// Whether no node is left at `reader` once the one at `position` is folded.
    private func isGone(_ reader: Int, with position: Int) -> Bool {
        if reader == position || folded.contains(reader) { return true }
        let values = model.graph.nodes[reader].writtenValues
        return values.allSatisfy { value in
            passing[value] == reader && (index.consumers[value] ?? []).allSatisfy { isGone($0, with: position) }
        }
    }
}

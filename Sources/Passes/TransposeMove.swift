internal import GraphIR

/// A graph while Transposes are moved past regions of it.
struct TransposeMove {
    /// A node on operands in another order of axes, and the constants it reads then.
    typealias Reordered = (node: Node, constants: [Int: Tensor])

    /// Of the graph as it was.
    let index: GraphIndex
    private let before: Graph
    private var graph: Graph
    private var names: GraphNames
    /// New nodes by the position after which they stand; -1 is before all.
    private var added: [Int: [Node]] = [:]
    private var removed: Set<Int> = []
    /// The Transposes around regions that were reordered.
    private var touched: Set<Int> = []

    init(_ graph: Graph) {
        (before, self.graph) = (graph, graph)
        index = GraphIndex(graph)
        names = GraphNames(graph)
    }

    /// The graph with all moves made.
    func finished() -> Graph {
        guard !touched.isEmpty else { return before }
        var result = graph
        let positions = result.insert(added)
        result.removeNodes(at: Set(removed.map { positions[$0] }))
        result.forgetStaleValueInfo()
        return result
    }

    // MARK: What a move would bring

    private typealias Transpose = (position: Int, order: Permutation)

    /// The Transpose that writes a value.
    private func writer(_ value: String) -> Transpose? {
        index.producer[value].flatMap { position in Permutation(before.nodes[position]).map { (position, $0) } }
    }

    /// The Transposes that read a value, and whether anything outside a region reads it that is none.
    private func readers(of value: String, outside members: Set<Int>) -> (transposes: [Transpose], hasOthers: Bool) {
        var transposes: [Transpose] = [], hasOthers = index.outputs.contains(value)
        for position in index.consumers[value] ?? [] where !members.contains(position) {
            if let order = Permutation(before.nodes[position]) {
                transposes.append((position, order))
            } else {
                hasOthers = true
            }
        }
        return (transposes, hasOthers)
    }

    /// Whether nothing outside a region reads a value.
    private func isReadInside(_ members: Set<Int>, _ value: String) -> Bool {
        !index.outputs.contains(value) && (index.consumers[value] ?? []).allSatisfy(members.contains)
    }

    /// The order of axes that leaves the fewest Transposes around a region, of as many that which brings arithmetic next
    /// to a convolution; `nil` where that is the one it has, or where one of them was around a region already reordered.
    func bestOrder(_ region: ReorderableRegion) -> Permutation? {
        let entering = region.entering.compactMap(writer)
        let leaving = region.leaving.flatMap { readers(of: $0, outside: region.members).transposes }
        let positions = (entering + leaving).map(\.position)
        guard Set(positions).count == positions.count, touched.isDisjoint(with: positions),
            (entering + leaving).allSatisfy({ $0.order.axes.count == region.rank })
        else { return nil }
        var candidates: [Permutation] = []
        for order in entering.map(\.order.inverse) + leaving.map(\.order) where !candidates.contains(order) {
            candidates.append(order)
        }
        let changes = candidates.map { ($0, change(region, by: $0)) }
        guard let (order, change) = changes.min(by: { $0.1 < $1.1 }), change <= 0 else { return nil }
        return change < 0 ? order : changes.first { $0.1 == 0 && bringsTogether(region, by: $0.0) }?.0
    }

    /// Whether no Transpose is left before a region, and one was between a convolution and arithmetic with a constant.
    private func bringsTogether(_ region: ReorderableRegion, by order: Permutation) -> Bool {
        let writers = region.entering.compactMap(writer).filter { $0.order.then(order).isIdentity }
        guard writers.count == region.entering.count else { return false }
        return writers.contains { transpose in
            let node = before.nodes[transpose.position]
            guard let source = node.input(0), let producer = index.producer[source],
                ["Conv", "ConvTranspose"].contains(before.nodes[producer].opType),
                index.soleConsumer(of: source) != nil, let reader = index.soleConsumer(of: node.outputs[0])
            else { return false }
            return ["Add", "Sub", "Mul", "Div"].contains(before.nodes[reader].opType)
                && before.nodes[reader].inputs.contains { before.constant($0) != nil }
        }
    }

    /// By how many Transposes the graph grows where a region's axes are put in `order`.
    private func change(_ region: ReorderableRegion, by order: Permutation) -> Int {
        var sum = 0
        for value in region.entering {
            guard let transpose = writer(value) else {
                sum += 1
                continue
            }
            sum += (transpose.order.then(order).isIdentity ? 0 : 1) - (isReadInside(region.members, value) ? 1 : 0)
        }
        for value in region.leaving {
            let (transposes, hasOthers) = readers(of: value, outside: region.members)
            sum += (hasOthers ? 1 : 0) - transposes.count { $0.order == order }
        }
        return sum
    }

    // MARK: Moving

    /// Puts a region's axes in `order`. `nodes` are its nodes on operands in that order.
    mutating func reorder(_ region: ReorderableRegion, by order: Permutation, _ nodes: [Reordered]) {
        var new: [String: String] = [:]
        for value in region.entering { new[value] = enter(value, region.members, order) }
        for value in region.written { new[value] = leave(value, region.members, order) }
        for (position, (node, constants)) in zip(region.nodes, nodes) {
            var node = node
            node.inputs = node.inputs.map { new[$0] ?? $0 }
            node.outputs = node.outputs.map { new[$0] ?? $0 }
            for (input, tensor) in constants.sorted(by: { $0.key < $1.key }) {
                let name = names.fresh(node.input(input) ?? "\(node.stem)_axes")
                graph.initializers[name] = tensor
                node.setInput(input, name)
            }
            graph.nodes[position] = node
        }
    }

    /// What a region reads in place of `value`.
    private mutating func enter(_ value: String, _ members: Set<Int>, _ order: Permutation) -> String {
        guard let transpose = writer(value) else {
            return transposed(value, order, after: index.producer[value] ?? -1)
        }
        touched.insert(transpose.position)
        if isReadInside(members, value) { removed.insert(transpose.position) }
        let source = before.nodes[transpose.position].inputs[0], joined = transpose.order.then(order)
        return joined.isIdentity ? source : transposed(source, joined, after: transpose.position)
    }

    /// What a region writes in place of `value`: where a Transpose gave that, under its name.
    private mutating func leave(_ value: String, _ members: Set<Int>, _ order: Permutation) -> String {
        let (transposes, hasOthers) = readers(of: value, outside: members)
        touched.formUnion(transposes.map(\.position))
        let same = transposes.first { $0.order == order }
        let name = same.map { before.nodes[$0.position].outputs[0] } ?? names.fresh("\(value)_reordered")
        for transpose in transposes {
            let joined = order.inverse.then(transpose.order)
            graph.nodes[transpose.position].inputs[0] = name
            graph.nodes[transpose.position].set(Attribute("perm", joined.axes))
        }
        if let same { removed.insert(same.position) }
        if hasOthers, let producer = index.producer[value] {
            added[producer, default: []].append(Self.transpose(name, order.inverse, to: value))
        }
        return name
    }

    /// Adds a Transpose of `value` and returns its output.
    private mutating func transposed(_ value: String, _ order: Permutation, after position: Int) -> String {
        let name = names.fresh("\(value)_reordered")
        added[position, default: []].append(Self.transpose(value, order, to: name))
        return name
    }

    private static func transpose(_ value: String, _ order: Permutation, to output: String) -> Node {
        Node("Transpose", inputs: [value], outputs: [output], attributes: [Attribute("perm", order.axes)])
    }
}

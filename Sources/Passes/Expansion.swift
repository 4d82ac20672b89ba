internal import GraphIR
internal import Operators

/// Collects the nodes that take the place of one.
struct Expansion {
    /// Adds the nodes that take a node's place, and returns the values that are its outputs; `nil` where it stays.
    typealias Rule = @Sendable (Node, inout Expansion) -> [String]?

    let opset: Int
    private var inference: ShapeInference
    private var names: GraphNames
    private var stem = ""
    private var nodes: [Node] = []
    /// What the nodes of all expansions read besides.
    private var constants: [(name: String, tensor: Tensor)] = []

    /// Puts what `rule` makes of them in the place of nodes. Returns a line a change. O(nodes).
    static func run(_ model: inout Model, _ rule: Rule) -> [String] {
        var expansion = Expansion(model)
        var nodes: [Node] = [], changes: [String] = []
        for node in model.graph.nodes {
            guard let parts = expansion.expand(node, rule) else {
                expansion.inference.visit(node)
                nodes.append(node)
                continue
            }
            changes.append(node.label)
            nodes += parts
        }
        model.graph.nodes = nodes
        for (name, constant) in expansion.constants { model.graph.initializers[name] = constant }
        model.graph.forgetStaleValueInfo()
        return changes
    }

    private init(_ model: Model) {
        opset = model.opset
        inference = ShapeInference(model)
        names = GraphNames(model.graph)
    }

    /// The nodes that `rule` makes of `node`; `nil` where it leaves it. The last of them has the node's name.
    private mutating func expand(_ node: Node, _ rule: Rule) -> [Node]? {
        let known = constants.count
        (stem, nodes) = (node.stem, [])
        guard let results = rule(node, &self), var last = nodes.popLast(), results.count == node.outputs.count else {
            constants.removeSubrange(known...)
            return nil
        }
        last.name = node.name
        nodes.append(last)
        let outputs = Dictionary(zip(results, node.outputs).filter { !$0.1.isEmpty }) { first, _ in first }
        for index in nodes.indices {
            nodes[index].outputs = nodes[index].outputs.map { outputs[$0] ?? $0 }
            nodes[index].renameReads(outputs)
            inference.visit(nodes[index])
        }
        return nodes
    }

    /// Adds a node with one output, and returns the output's name. Inputs at the end may be left out.
    mutating func add(
        _ opType: String, _ inputs: [String?], domain: String? = nil, attributes: [Attribute] = []
    ) -> String {
        let output = names.fresh("\(stem)_\(opType.lowercased())")
        let given = inputs.map { $0 ?? "" }, end = given.lastIndex { !$0.isEmpty } ?? -1
        nodes.append(Node(
            opType, name: output, domain: domain, inputs: Array(given.prefix(end + 1)), outputs: [output],
            attributes: attributes))
        return output
    }

    mutating func constant(_ tensor: Tensor) -> String {
        let name = names.fresh("\(stem)_constant")
        constants.append((name, tensor))
        inference.set(name, constant: tensor)
        return name
    }

    /// A constant of one float32 element.
    mutating func constant(_ value: Float) -> String { constant(Tensor([value], [])) }

    /// Adds a Split of the last axis into parts of `sizes`, and returns their names.
    mutating func split(_ value: String, _ sizes: [Int64]) -> [String] {
        let first = add(
            "Split", [value, constant(Tensor(sizes, [sizes.count]))], attributes: [Attribute("axis", .int(-1))])
        let outputs = [first] + sizes.dropFirst().map { _ in names.fresh(first) }
        nodes[nodes.count - 1].outputs = outputs
        return outputs
    }

    /// What is known of a value that the node reads.
    func facts(_ value: String) -> Facts? { inference.facts[value] }

    func shape(_ value: String) -> Shape? { facts(value)?.shape }

    /// Whether the floating-point inputs of a node are known to be float32.
    func isFloat32(_ node: Node) -> Bool {
        let types = node.inputs.compactMap { facts($0)?.elementType }.filter(\.isFloatingPoint)
        return !types.isEmpty && types.allSatisfy { $0 == .float32 }
    }
}

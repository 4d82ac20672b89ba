public import GraphIR
public import Operators

/// What is known of every value of a model's graph: element type, shape, and the contents where they are constant.
///
/// Initializers that are not graph inputs count as constants. A graph input has the type the model gives it, symbolic
/// dimensions kept. Only behind a node whose operator is unknown, whose inference fails or does not even find the rank,
/// stands what the model's own value infos say: those are often left behind by an edit. A value that has no facts
/// either way is not in the result. The graph must be in order. O(nodes).
public func inferFacts(_ model: Model) -> [String: Facts] {
    var inference = ShapeInference(model)
    for node in model.graph.nodes { inference.visit(node) }
    return inference.facts
}

/// What `inferFacts` finds of a model as it was, once something is asked.
final class LazyFacts {
    private let model: Model
    private lazy var known = inferFacts(model)

    init(_ model: Model) { self.model = model }

    subscript(name: String) -> Facts? { known[name] }
}

/// Infers the facts of a graph node by node, in the graph's order.
public struct ShapeInference {
    /// The facts of the graph's inputs and initializers and of the outputs of every node visited.
    public private(set) var facts: [String: Facts] = [:]
    private var declared: [String: Facts] = [:]
    private var opsets: [String: Int] = [:]

    /// Knows the inputs, initializers and value infos of the model's graph, and no node yet.
    public init(_ model: Model) {
        self.init(model.opsetImports)
        enter(model.graph)
    }

    /// Knows no value yet.
    public init(_ imports: [OpsetImport]) {
        for imported in imports { opsets[Self.key(imported.domain)] = imported.version }
    }

    /// Adds what the inputs, initializers and value infos of a graph or subgraph say.
    public mutating func enter(_ graph: Graph) {
        for info in graph.valueInfo + graph.outputs { declared[info.name] = Facts(info) }
        for input in graph.inputs { facts[input.name] = Facts(input) }
        let inputs = Set(graph.inputs.map(\.name))
        for (name, tensor) in graph.initializers {
            facts[name] = inputs.contains(name) ? Facts(tensor.elementType, tensor.shape) : Facts(constant: tensor)
        }
    }

    /// Infers the outputs of `node`, whose inputs are visited already, and returns what is known of each.
    @discardableResult
    public mutating func visit(_ node: Node) -> [Facts?] {
        let inferred = infer(node)
        return node.outputs.enumerated().map { position, name in
            guard !name.isEmpty else { return nil }
            var known = position < inferred.count ? inferred[position] : declared[name]
            if known?.shape == nil, declared[name]?.elementType == known?.elementType {
                known = declared[name] ?? known
            }
            facts[name] = known
            return known
        }
    }

    /// Replaces what is known of a value by its contents.
    public mutating func set(_ name: String, constant: Tensor) { facts[name] = Facts(constant: constant) }

    private func infer(_ node: Node) -> [Facts] {
        var inputs: [Facts?] = []
        for name in node.inputs {
            if name.isEmpty {
                inputs.append(nil)
            } else if let known = facts[name] {
                inputs.append(known)
            } else {
                return []
            }
        }
        let opset = opsets[Self.key(node.domain)] ?? 1
        guard let callee = try? OperatorTable.make(node, opset: opset) else { return [] }
        var outputs = (try? callee.infer(Inputs(inputs))) ?? []
        if let output = outputs.first, output.elements == nil {
            outputs[0].know(PartialElements.infer(node, opset: opset, inputs: inputs, output: output))
        }
        return outputs
    }

    private static func key(_ domain: String?) -> String {
        let domain = domain ?? ""
        return domain.isStandardDomain ? "" : domain
    }
}

extension Facts {
    /// Takes the elements of a vector or scalar as known: where all are numbers, it is constant.
    fileprivate mutating func know(_ elements: [Dimension]?) {
        let numbers = elements?.compactMap(\.value) ?? []
        if let elements, numbers.count == elements.count, let extents = knownExtents {
            self = Facts(constant: Tensor(integers: numbers, extents, of: elementType))
        } else {
            self.elements = elements
        }
    }

    /// What a value info says; `nil` where it does not give a tensor's element type.
    public init?(_ info: ValueInfo) {
        guard let elementType = info.elementType else { return nil }
        self.init(elementType, info.shape)
    }
}

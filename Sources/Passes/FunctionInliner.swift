internal import GraphIR

/// What a call names its function by.
struct FunctionKey: Hashable {
    let domain: String
    let name: String

    init(_ domain: String?, _ name: String) {
        self.domain = (domain ?? "").isStandardDomain ? "" : domain ?? ""
        self.name = name
    }
}

/// Expands calls of functions.
struct FunctionInliner {
    private let functions: [FunctionKey: Function]
    private var names: GraphNames
    /// Nodes that a function's body has with every call in it expanded.
    private var sizes: [FunctionKey: Int] = [:]
    private static let nodeLimit = 1_000_000
    private static let depthLimit = 100
    private(set) var imports: [OpsetImport]
    /// The calls expanded, as `Node.label` words them.
    private(set) var calls: [String] = []

    init(_ functions: [FunctionKey: Function], _ names: GraphNames, _ imports: [OpsetImport]) {
        self.functions = functions
        self.names = names
        self.imports = imports
    }

    /// `nodes` with every call in them, subgraphs included, replaced. Throws `PassFault` before anything is made where
    /// a function calls itself or the result would be too large.
    mutating func expandAll(_ nodes: [Node]) throws -> [Node] {
        guard try size(nodes, callers: []) <= Self.nodeLimit else {
            throw PassFault.tooManyFunctionCalls(limit: Self.nodeLimit)
        }
        return try expand(nodes)
    }

    private mutating func expand(_ nodes: [Node]) throws -> [Node] {
        var result: [Node] = []
        for var node in nodes {
            try node.mapSubgraphs { $0.nodes = try expand($0.nodes) }
            guard let function = functions[FunctionKey(node.domain, node.opType)] else {
                result.append(node)
                continue
            }
            calls.append(node.label)
            try addImports(of: function, calledBy: node)
            result += try expand(body(of: function, for: node))
        }
        return result
    }

    /// The number of nodes after expansion, more than `nodeLimit` standing for any number above. `callers` are the
    /// functions that the nodes are from, outermost first.
    private mutating func size(_ nodes: [Node], callers: [FunctionKey]) throws -> Int {
        var total = 0
        for node in nodes {
            for subgraph in node.subgraphs { total += try size(subgraph.nodes, callers: callers) }
            let key = FunctionKey(node.domain, node.opType)
            guard let function = functions[key] else {
                total += 1
                continue
            }
            guard !callers.contains(key) else { throw PassFault.recursiveFunction(function.name) }
            guard callers.count < Self.depthLimit else {
                throw PassFault.tooManyFunctionCalls(limit: Self.nodeLimit)
            }
            let made = try sizes[key] ?? size(function.nodes, callers: callers + [key])
            sizes[key] = made
            total = min(total + made + 1, Self.nodeLimit + 1)
        }
        return total
    }

    private mutating func addImports(of function: Function, calledBy node: Node) throws {
        for imported in function.opsetImports {
            let key = FunctionKey(imported.domain, "")
            guard let present = imports.first(where: { FunctionKey($0.domain, "") == key }) else {
                imports.append(imported)
                continue
            }
            guard present.version == imported.version else {
                throw PassFault.functionCall(
                    node: node.label, function: function.name,
                    reason: "it is written for version \(imported.version) of the operators of '\(key.domain)', "
                        + "the model for version \(present.version)")
            }
        }
    }

    /// The function's nodes under the names of one call.
    private mutating func body(of function: Function, for call: Node) throws -> [Node] {
        guard call.inputs.count <= function.inputs.count, call.outputs.count <= function.outputs.count else {
            throw PassFault.functionCall(
                node: call.label, function: function.name,
                reason: "it has \(function.inputs.count) inputs and \(function.outputs.count) outputs, "
                    + "the call \(call.inputs.count) and \(call.outputs.count)")
        }
        var scope: [String: String] = [:]
        for (position, input) in function.inputs.enumerated() { scope[input] = call.input(position) ?? "" }
        var handedOn: [Node] = []
        for (inner, outer) in zip(function.outputs, call.outputs) where !outer.isEmpty {
            if let value = scope[inner] {
                handedOn.append(Node("Identity", name: names.fresh(outer), inputs: [value], outputs: [outer]))
            } else {
                scope[inner] = outer
            }
        }
        let written = Set(function.nodes.flatMap(\.outputs)).union(function.inputs)
        if let missing = zip(function.outputs, call.outputs).first(where: { !$1.isEmpty && !written.contains($0) }) {
            throw PassFault.functionCall(
                node: call.label, function: function.name, reason: "nothing writes its output '\(missing.0)'")
        }
        var attributes: [String: Attribute] = [:]
        for attribute in function.attributeDefaults + call.attributes { attributes[attribute.name] = attribute }
        return function.nodes.map { instance(of: $0, attributes, call.stem, &scope) } + handedOn
    }

    private mutating func instance(
        of node: Node, _ attributes: [String: Attribute], _ prefix: String, _ scope: inout [String: String]
    ) -> Node {
        var result = node
        result.name = names.fresh("\(prefix)/\(node.stem)")
        result.inputs = node.inputs.map { scope[$0] ?? $0 }
        result.attributes = node.attributes.compactMap { attribute in
            guard case .reference(let name) = attribute.value else { return attribute }
            guard let given = attributes[name] else { return nil }
            var resolved = given
            resolved.name = attribute.name
            return resolved
        }
        let outer = scope
        result.mapSubgraphs { $0 = instance(of: $0, attributes, prefix, outer) }
        result.outputs = node.outputs.map { rename($0, prefix, &scope) }
        return result
    }

    private mutating func instance(
        of graph: Graph, _ attributes: [String: Attribute], _ prefix: String, _ outer: [String: String]
    ) -> Graph {
        var scope = outer
        for name in graph.inputs.map(\.name) + graph.initializers.keys + graph.nodes.flatMap(\.outputs) {
            scope[name] = nil
        }
        var result = graph
        for position in graph.inputs.indices {
            result.inputs[position].name = rename(graph.inputs[position].name, prefix, &scope)
        }
        result.initializers = [:]
        for (name, tensor) in graph.initializers { result.initializers[rename(name, prefix, &scope)] = tensor }
        result.nodes = graph.nodes.map { instance(of: $0, attributes, prefix, &scope) }
        result.outputs = graph.outputs.map { ValueInfo(scope[$0.name] ?? $0.name, $0.type) }
        result.valueInfo = []
        return result
    }

    /// The unique name of a value that the body defines; an output of the function has its name already.
    private mutating func rename(_ name: String, _ prefix: String, _ scope: inout [String: String]) -> String {
        if name.isEmpty { return "" }
        if let known = scope[name] { return known }
        let new = names.fresh("\(prefix)/\(name)")
        scope[name] = new
        return new
    }
}

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
    private var copier: NodeCopier
    /// Nodes that a function's body has with every call in it expanded.
    private var sizes: [FunctionKey: Int] = [:]
    private static let nodeLimit = 1_000_000
    private static let depthLimit = 100
    private(set) var imports: [OpsetImport]
    /// The calls expanded, as `Node.label` words them.
    private(set) var calls: [String] = []

    init(_ functions: [FunctionKey: Function], _ names: GraphNames, _ imports: [OpsetImport]) {
        self.functions = functions
        copier = NodeCopier(names)
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
                handedOn.append(Node("Identity", name: copier.fresh(outer), inputs: [value], outputs: [outer]))
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
        return function.nodes.map { copier.copy($0, attributes, call.stem, &scope) } + handedOn
    }
}

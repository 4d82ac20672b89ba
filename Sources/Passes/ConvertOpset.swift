public import GraphIR
internal import Operators

/// Brings a model to a newer version of ONNX's operator set.
///
/// - Before: nodes as the version that the model imports defines them; functions at versions of their own.
/// - After: graph, subgraphs and functions at one version, at least 13, the first with quantization per channel.
///   Imports of other domains stay. The IR version is raised where the operator set needs it.
/// - Conditions: the version is never lowered. A node that the newer version cannot express, or whose meaning depends
///   on something not known, is an error.
/// - Formula: none; each adapter of `OpsetAdapterTable` gives nodes that compute the same.
/// - Source: the ONNX operator changelog; ONNX's table of IR and operator set versions by release.
public struct ConvertOpset: Pass {
    public static let name = "convert-opset"

    /// The least version that models are brought to.
    public static let leastTarget = 13

    private let target: Int

    /// `target` below `leastTarget` means `leastTarget`.
    public init(to target: Int = leastTarget) { self.target = max(target, Self.leastTarget) }

    /// The versions at which nodes of an operator of ONNX's own domain are rewritten, ascending.
    public static func versionsRewritten(of opType: String) -> [Int] {
        OpsetAdapterTable.adapters(for: opType, from: 0, to: .max).map(\.version)
    }

    /// Throws `PassFault.noOpsetAdapter`; the model is unchanged then.
    public func run(_ model: inout Model) throws -> [String] {
        let versions = model.functions.map(Self.version)
        let to = max(target, model.opset, versions.compactMap(\.self).max() ?? 0)
        var result = model
        var changes: [String] = []
        if model.opset != to {
            changes.append("operator set \(model.opset) to \(to)")
            result.setOpset(to)
            var conversion = Conversion(
                model.opset, to, result.opsetImports, GraphNames(model.graph), model.graph.reads)
            result.graph = try conversion.convert(model.graph)
            changes += conversion.changes
        }
        for (position, function) in model.functions.enumerated() {
            guard let version = versions[position], version != to else { continue }
            changes.append("function '\(function.name)' from operator set \(version) to \(to)")
            result.functions[position].setOpset(to)
            let body = Graph(nodes: function.nodes, outputs: function.outputs.map { ValueInfo($0, nil) })
            let imports = result.functions[position].opsetImports
            var conversion = Conversion(version, to, imports, GraphNames(body), body.reads)
            result.functions[position].nodes = try conversion.convert(body).nodes
            changes += conversion.changes
        }
        result.irVersion = max(model.irVersion, Self.leastIRVersion(opset: to))
        model = result
        return changes
    }

    private static func version(_ function: Function) -> Int? {
        function.opsetImports.first { ($0.domain ?? "").isStandardDomain }?.version
    }

    /// The IR version of the first ONNX release that had this operator set.
    static func leastIRVersion(opset: Int) -> Int {
        switch opset {
        case ...8: 3
        case 9: 4
        case 10: 5
        case 11: 6
        case ...14: 7
        case ...18: 8
        case ...20: 9
        case ...22: 10
        case 23: 11
        case 24: 12
        case ...27: 13
        default: 14
        }
    }
}

/// One graph or function on its way from one version to another.
private struct Conversion {
    let from: Int
    let to: Int
    var context: AdapterContext
    var changes: [String] = []

    init(_ from: Int, _ to: Int, _ imports: [OpsetImport], _ names: GraphNames, _ used: Set<String>) {
        self.from = from
        self.to = to
        context = AdapterContext(inference: ShapeInference(imports), names: names, used: used)
    }

    mutating func convert(_ graph: Graph) throws -> Graph {
        context.inference.enter(graph)
        var result = graph
        result.nodes = []
        for var node in graph.nodes {
            try node.mapSubgraphs { subgraph in
                let outside = context.inference
                subgraph = try convert(subgraph)
                context.inference = outside
            }
            let converted = try convert(node, from: from)
            if converted.count != 1 || !converted[0].hasForm(of: node) { changes.append(node.label) }
            for node in converted { context.inference.visit(node) }
            result.nodes += converted
        }
        return result
    }

    private mutating func convert(_ node: Node, from: Int) throws -> [Node] {
        guard (node.domain ?? "").isStandardDomain,
            let adapter = OpsetAdapterTable.adapters(for: node.opType, from: from, to: to).first
        else { return [node] }
        return try rewrite(node, adapter).flatMap { try convert($0, from: adapter.version) }
    }

    private mutating func rewrite(_ node: Node, _ adapter: OpsetAdapter) throws -> [Node] {
        do throws(AdapterRefusal) {
            let isBorrowed = node.attributes.contains { if case .reference = $0.value { true } else { false } }
            if isBorrowed { throw AdapterRefusal("the caller of the function gives its attributes") }
            return try adapter.rewrite(node, &context)
        } catch {
            throw PassFault.noOpsetAdapter(
                node: node.label, opType: node.opType, from: from, to: to, version: adapter.version,
                reason: error.reason)
        }
    }
}

extension Graph {
    /// Every value that a node or output reads, in subgraphs too.
    fileprivate var reads: Set<String> {
        var result = Set(outputs.map(\.name))
        for node in nodes {
            result.formUnion(node.inputs)
            for subgraph in node.subgraphs { result.formUnion(subgraph.reads) }
        }
        return result
    }
}

extension Node {
    fileprivate func hasForm(of other: Node) -> Bool {
        opType == other.opType && inputs == other.inputs && outputs == other.outputs
            && attributes.map(\.name) == other.attributes.map(\.name)
    }
}

extension Function {
    fileprivate mutating func setOpset(_ version: Int) {
        for position in opsetImports.indices where (opsetImports[position].domain ?? "").isStandardDomain {
            opsetImports[position].version = version
        }
    }
}

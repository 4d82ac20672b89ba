internal import GraphIR
internal import Interpreter
internal import Operators

/// Runs one node on one batch of samples after the other, and prepares it anew only where extents change.
///
/// Where the extents of the outputs follow from contents (`Range`, `Expand`), it is prepared for each batch. A node with
/// subgraphs (`If`, `Loop`) runs as a model of its own.
struct NodeRun {
    private let node: Node
    private let opset: Int
    private let session: Session?
    /// By extents of the inputs that vary.
    private var prepared: [[[Int]]: PreparedNode] = [:]

    /// For a node of `model`. Throws where its subgraphs cannot run.
    init(_ node: Node, of model: Model) throws {
        self.node = node
        opset = model.opset(node.domain) ?? 1
        session = node.subgraphs.isEmpty ? nil : try Session(model.only(node))
    }

    /// The outputs for the values of `node.operands`, of which those that are `fixed` are the same at every call. Throws
    /// the errors of running.
    mutating func callAsFunction(_ inputs: [Tensor?], fixed: [Bool]) throws -> [Tensor?] {
        if let session {
            let named = zip(node.operands, inputs).compactMap { name, tensor in tensor.map { (name, $0) } }
            let results = try session.run(Dictionary(named) { first, _ in first })
            return node.outputs.map { results[$0] }
        }
        let varying = zip(inputs, fixed).compactMap { tensor, fixed in fixed ? nil : tensor }
        guard varying.allSatisfy({ $0.elementType == .float32 }) else {
            return try OperatorTable.evaluate(node, opset: opset, inputs: inputs)
        }
        let key = varying.map(\.extents)
        if let known = prepared[key] { return try known.run(inputs) }
        let facts = zip(inputs, fixed).map { tensor, fixed in tensor.map { Facts($0, isFixed: fixed) } }
        guard let result = try? PreparedNode(node, opset: opset, inputs: facts) else {
            return try OperatorTable.evaluate(node, opset: opset, inputs: inputs)
        }
        prepared[key] = result
        return try result.run(inputs)
    }
}

extension Node {
    /// The inputs by position, then what the subgraphs take from outside.
    var operands: [String] { inputs + subgraphs.flatMap(\.valuesTakenFromOutside) }
}

extension Model {
    /// The model with one node in its graph, given all that it reads.
    fileprivate func only(_ node: Node) -> Model {
        var result = self
        result.graph = Graph(
            nodes: [node], inputs: Set(node.valuesRead).sorted().map { ValueInfo($0, nil) },
            outputs: node.outputs.filter { !$0.isEmpty }.map { ValueInfo($0, nil) })
        return result
    }
}

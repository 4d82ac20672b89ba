internal import GraphIR
internal import Operators

/// Runs one node on one batch of samples after the other, and prepares it anew only where extents change.
struct NodeRun {
    private let node: Node
    private let opset: Int
    /// By extents of the inputs that vary.
    private var prepared: [[[Int]]: PreparedNode] = [:]

    init(_ node: Node, opset: Int) {
        self.node = node
        self.opset = opset
    }

    /// The outputs for `inputs`, of which those that are `fixed` are the same at every call. Throws `OperatorFault`.
    mutating func callAsFunction(_ inputs: [Tensor?], fixed: [Bool]) throws -> [Tensor?] {
        let varying = zip(inputs, fixed).compactMap { tensor, fixed in fixed ? nil : tensor }
        guard varying.allSatisfy({ $0.elementType == .float32 }) else {
            return try OperatorTable.evaluate(node, opset: opset, inputs: inputs)
        }
        let key = varying.map(\.extents)
        if let known = prepared[key] { return try known.run(inputs) }
        let facts = zip(inputs, fixed).map { tensor, fixed in
            tensor.map { fixed ? Facts(constant: $0) : Facts($0.elementType, extents: $0.extents) }
        }
        let result = try PreparedNode(node, opset: opset, inputs: facts)
        prepared[key] = result
        return try result.run(inputs)
    }
}

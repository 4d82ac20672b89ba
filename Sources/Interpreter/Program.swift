internal import GraphIR
internal import Kernels
internal import Operators

/// A model with every node's operator looked up and everything computed that depends on constants only. Serves inputs
/// of any extents.
struct Program {
    struct Instruction {
        let node: Node
        let operation: any Operator
        let reference: NodeReference
    }

    private(set) var instructions: [Instruction] = []
    private(set) var constants: [String: Tensor]
    let graph: Graph
    private let opsets: [String: Int]

    /// Throws `GraphFault` or `NodeFault`.
    init(_ model: Model) throws {
        graph = try model.graph.sorted()
        try graph.checkInvariants()
        constants = Dictionary(uniqueKeysWithValues: graph.initializers.map { ($0.key, $0.value.aligned) })
        for input in graph.inputs where graph.initializers[input.name] != nil && model.irVersion >= 4 {
            constants[input.name] = nil
        }
        opsets = Dictionary(model.opsetImports.map { ($0.domain ?? "", $0.version) }) { first, _ in first }
        for (position, node) in graph.nodes.enumerated() { try add(node, position: position) }
    }

    /// The version of a node's domain that the model imports; 1 for a domain that it forgot to import.
    private func opset(_ domain: String?) -> Int {
        let name = domain ?? ""
        if name.isStandardDomain { return opsets[""] ?? opsets["ai.onnx"] ?? 1 }
        return opsets[name] ?? 1
    }

    /// Makes the instruction of one node of this graph or of a subgraph taken into it.
    func instruction(_ node: Node, position: Int) throws -> Instruction {
        let opset = opset(node.domain)
        let reference = NodeReference(node: node, position: position, opset: opset)
        let operation = try reference.attributing { () throws -> any Operator in
            if let branch = ConditionalBranch(node) { return branch }
            if let loop = try BodyLoop(node) { return loop }
            return try OperatorTable.make(node, opset: opset)
        }
        return Instruction(node: node, operation: operation, reference: reference)
    }

    private mutating func add(_ node: Node, position: Int) throws {
        let instruction = try instruction(node, position: position)
        // What they compute is only known with the condition, and may depend on more than their inputs.
        guard !(instruction.operation is ConditionalBranch || instruction.operation is BodyLoop) else {
            instructions.append(instruction)
            return
        }
        let known = node.inputs.map { $0.isEmpty ? nil : constants[$0] }
        let isConstant = zip(node.inputs, known).allSatisfy { $0.isEmpty || $1 != nil }
        guard isConstant else {
            instructions.append(instruction)
            return
        }
        let outputs = try instruction.reference.attributing {
            try OperatorTable.evaluate(node, opset: instruction.reference.opset, inputs: known)
        }
        for case (let name, let value?) in zip(node.outputs, outputs) where !name.isEmpty { constants[name] = value }
    }
}

extension Tensor {
    /// The same tensor, moved to aligned memory where its bytes lie in the middle of a file. Large tensors stay: what
    /// reads them copes, and a copy would cost more than it saves.
    fileprivate var aligned: Tensor {
        let width = max(min(elementType.bits / 8, 8), 1)
        guard UInt(bitPattern: bytes.address) % UInt(width) != 0, bytes.count <= 1 << 20 else { return self }
        var result = self
        result.bytes = bytes.withUnsafeBytes { ArrayBytes(Array($0)) }
        return result
    }
}

internal import GraphIR
internal import Operators

/// Products with constant weights among nodes that run one by one, kept ready with the weights packed for as long as
/// what they multiply keeps its extents.
final class ReadyProducts {
    private static let types: Set<String> = [
        "Conv", "ConvTranspose", "Gemm", "MatMul", "QLinearConv", "QLinearMatMul", "QGemm", "OrderedConv", "OrderedGemm",
        "OrderedMatMul",
    ]

    /// By position in the graph, the last only: packed weights take as much memory as the weights.
    private var ready: [Int: (extents: [Int], node: PreparedNode)] = [:]

    /// The outputs of a node of the graph itself; `nil` where it is no such product. Throws `OperatorFault`.
    func run(_ instruction: Program.Instruction, _ inputs: [Tensor?], _ constants: [String: Tensor]) throws -> [Tensor?]? {
        let node = instruction.node, position = instruction.reference.position
        guard Self.types.contains(node.opType), let source = inputs.first ?? nil, constants[node.inputs[0]] == nil,
            node.inputs.dropFirst().allSatisfy({ $0.isEmpty || constants[$0] != nil })
        else { return nil }
        if let known = ready[position], known.extents == source.extents { return try known.node.run(inputs) }
        ready[position] = nil
        let facts = inputs.enumerated().map { place, tensor in tensor.map { Facts($0, isFixed: place > 0) } }
        let prepared = try PreparedNode(node, opset: instruction.reference.opset, inputs: facts)
        ready[position] = (source.extents, prepared)
        return try prepared.run(inputs)
    }
}

public import OrderedCollections

/// An ONNX graph: nodes in an order in which every value is written before it is read.
public struct Graph: Sendable {
    public var name: String?
    public var nodes: [Node]
    /// Constants by name, in the file's order. An initializer may also be listed in `inputs` (IR versions before 4).
    public var initializers: OrderedDictionary<String, Tensor>
    public var inputs: [ValueInfo]
    public var outputs: [ValueInfo]
    /// What the file says of inner values.
    public var valueInfo: [ValueInfo]
    /// The values that sparse initializers define; the tensors themselves lie in `rest`.
    public var sparseInitializerNames: [String] = []
    /// The fields of the ONNX message that this type does not model, serialized.
    public var rest: [UInt8] = []

    public init(
        name: String? = nil, nodes: [Node] = [], initializers: OrderedDictionary<String, Tensor> = [:],
        inputs: [ValueInfo] = [], outputs: [ValueInfo] = [], valueInfo: [ValueInfo] = []
    ) {
        self.name = name
        self.nodes = nodes
        self.initializers = initializers
        self.inputs = inputs
        self.outputs = outputs
        self.valueInfo = valueInfo
    }

    /// The inputs that a caller must give: those that no initializer fills.
    public var requiredInputs: [ValueInfo] { inputs.filter { initializers[$0.name] == nil } }

    /// Values that nodes or outputs of this graph read but neither it nor its inputs define. O(nodes).
    public var valuesTakenFromOutside: [String] {
        var defined = Set(inputs.map(\.name)).union(initializers.keys).union(sparseInitializerNames)
        var taken: [String] = []
        for node in nodes {
            taken += node.valuesRead.filter { !defined.contains($0) }
            defined.formUnion(node.outputs)
        }
        return taken + outputs.map(\.name).filter { !defined.contains($0) }
    }

    /// Inserts nodes behind those at the given positions, -1 being before the first. Gives the new positions by the old.
    /// O(nodes).
    public mutating func insert(_ behind: [Int: [Node]]) -> [Int] {
        var result = behind[-1] ?? [], positions: [Int] = []
        for (position, node) in nodes.enumerated() {
            positions.append(result.count)
            result.append(node)
            result += behind[position] ?? []
        }
        nodes = result
        return positions
    }
}

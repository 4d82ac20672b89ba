public import GraphIR
internal import Operators

/// Makes float32 of float16 where products are computed, so that they can be quantized.
///
/// - Before: `x (float16) -> MatMul with a float16 weight -> y (float16)`
/// - After: `x -> Cast -> MatMul with a float32 weight -> Cast -> y`, all between in float32
/// - Conditions: a product reads a float16 value, no function is left, and every float16 output is written by a node.
/// - Formula: every float16 number is a float32 number. Results are no longer rounded to float16 on the way.
/// - Source: IEEE 754, binary16 and binary32.
public struct WidenHalves: Pass {
    public static let name = "widen-halves"
    public static let operators: [String]? = ["Conv", "ConvTranspose", "Gemm", "GRU", "LSTM", "MatMul", "RNN"]

    /// Those that name the type of a result.
    private static let typeAttributes = ["to", "dtype", "output_dtype"]
    private static let half = Int64(ElementType.float16.rawValue), single = Int64(ElementType.float32.rawValue)

    public init() {}

    /// Whether the pass would change the model. O(nodes).
    public static func concerns(_ model: Model) -> Bool {
        guard model.functions.isEmpty, let products = operators, namesHalf(model.graph) else { return false }
        let facts = inferFacts(model), graph = model.graph
        func isHalf(_ name: String) -> Bool { (facts[name]?.elementType ?? graph.declaredType(name)) == .float16 }
        guard graph.nodes.contains(where: { products.contains($0.opType) && $0.inputs.contains(where: isHalf) })
        else { return false }
        let written = Set(graph.nodes.flatMap(\.outputs))
        return graph.outputs.allSatisfy { $0.elementType != .float16 || written.contains($0.name) }
    }

    /// Whether float16 stands anywhere: else no value has it.
    private static func namesHalf(_ graph: Graph) -> Bool {
        (graph.inputs + graph.outputs + graph.valueInfo).contains { $0.elementType == .float16 }
            || graph.initializers.values.contains { $0.elementType == .float16 }
            || graph.nodes.contains { node in
                node.attributes.contains { attribute in
                    switch attribute.value {
                    case .tensor(let tensor): tensor.elementType == .float16
                    case .int(half): typeAttributes.contains(attribute.name)
                    default: false
                    }
                } || node.subgraphs.contains(where: namesHalf)
            }
    }

    public func run(_ model: inout Model) throws -> [String] {
        guard Self.concerns(model) else { return [] }
        var names = GraphNames(model.graph), renamed: [String: String] = [:]
        var first: [Node] = [], last: [Node] = []
        for input in model.graph.requiredInputs where input.elementType == .float16 {
            let wide = names.fresh("\(input.name)_float32")
            renamed[input.name] = wide
            first.append(Self.cast(input.name, wide, to: Self.single))
        }
        for output in model.graph.outputs where output.elementType == .float16 {
            let wide = names.fresh("\(output.name)_float32")
            renamed[output.name] = wide
            last.append(Self.cast(wide, output.name, to: Self.half))
        }
        try Self.widen(&model.graph)
        model.graph.renameReads(renamed)
        for position in model.graph.nodes.indices {
            model.graph.nodes[position].outputs = model.graph.nodes[position].outputs.map { renamed[$0] ?? $0 }
        }
        model.graph.nodes = first + model.graph.nodes + last
        model.graph.forgetStaleValueInfo()
        return ["float16 became float32"]
    }

    private static func cast(_ input: String, _ output: String, to type: Int64) -> Node {
        let type = Attribute("to", .int(type))
        return Node("Cast", name: output + "_cast", inputs: [input], outputs: [output], attributes: [type])
    }

    /// Widens constants, declared types and the attributes that name types, in subgraphs too.
    private static func widen(_ graph: inout Graph) throws {
        for (name, tensor) in graph.initializers { graph.initializers[name] = widened(tensor) }
        graph.valueInfo = graph.valueInfo.map(widened)
        for position in graph.nodes.indices {
            for index in graph.nodes[position].attributes.indices {
                let attribute = graph.nodes[position].attributes[index]
                switch attribute.value {
                case .tensor(let tensor): graph.nodes[position].attributes[index].value = .tensor(widened(tensor))
                case .int(half) where typeAttributes.contains(attribute.name):
                    graph.nodes[position].attributes[index].value = .int(single)
                default: break
                }
            }
            try graph.nodes[position].mapSubgraphs { subgraph in
                subgraph.inputs = subgraph.inputs.map(widened)
                subgraph.outputs = subgraph.outputs.map(widened)
                try widen(&subgraph)
            }
        }
    }

    private static func widened(_ tensor: Tensor) -> Tensor {
        guard tensor.elementType == .float16, let numbers = tensor.floats else { return tensor }
        return Tensor(numbers, tensor.extents)
    }

    private static func widened(_ info: ValueInfo) -> ValueInfo {
        guard info.elementType == .float16 else { return info }
        return ValueInfo(info.name, .float32, info.shape)
    }
}

extension Graph {
    /// What the graph says of a value's type.
    fileprivate func declaredType(_ name: String) -> ElementType? {
        initializers[name]?.elementType ?? (inputs + valueInfo).first { $0.name == name }?.elementType
    }
}

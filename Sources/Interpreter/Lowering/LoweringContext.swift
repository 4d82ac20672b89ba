internal import GraphIR
internal import Operators

/// The graph being lowered, with what the patterns ask of it.
struct LoweringContext {
    private(set) var graph: Graph
    let opset: Int
    let index: GraphIndex
    private let keeping: Set<String>
    private var names: GraphNames
    /// Nodes that lowered islands made superfluous, by position.
    var dropped: Set<Int> = []
    /// For integers that one table of 256 entries makes of others these others and the table.
    var tables: [String: (source: QuantizedValue, table: Tensor)] = [:]

    init(_ model: Model, keeping: Set<String>) throws {
        var graph = try model.graph.sorted()
        for node in graph.nodes where node.isStandard("Constant") {
            if case .tensor(let tensor)? = node.attribute("value"), let output = node.outputs.first {
                graph.initializers[output] = tensor
            }
        }
        graph.nodes.removeAll { $0.isStandard("Constant") && graph.initializers[$0.outputs.first ?? ""] != nil }
        self.graph = graph
        opset = model.opset
        index = GraphIndex(graph)
        self.keeping = keeping
        names = GraphNames(graph)
    }

    func constant(_ name: String) -> Tensor? { graph.initializers[name] }

    /// A fresh constant, named after `wish`.
    mutating func add(_ tensor: Tensor, _ wish: String) -> String {
        let name = names.fresh(wish)
        graph.initializers[name] = tensor
        return name
    }

    /// A fresh name for an inner value.
    mutating func fresh(_ wish: String) -> String { names.fresh(wish) }

    /// Whether a value may vanish: one node reads it, no output of the graph is it and nobody watches it. Gives the
    /// position of that node.
    func privateConsumer(of value: String) -> Int? {
        keeping.contains(value) ? nil : index.soleConsumer(of: value)
    }

    /// Whether a value may vanish together with `nodes`: no others read it, no output of the graph is it and nobody
    /// watches it.
    func isPrivate(_ value: String, to nodes: Set<Int>) -> Bool {
        !keeping.contains(value) && !index.outputs.contains(value)
            && (index.consumers[value] ?? []).allSatisfy(nodes.contains)
    }

    /// What the nodes at `positions`, all elementwise, make of `argument`.
    func function(of positions: [Int], from argument: String, to result: String) -> ElementwiseFunction {
        let nodes = positions.map { graph.nodes[$0] }
        let constants = nodes.flatMap(\.inputs).compactMap { name in constant(name).map { (name, $0) } }
        return ElementwiseFunction(
            nodes, opset: opset, constants: Dictionary(constants) { first, _ in first }, from: argument, to: result)
    }

    /// The integers behind a float value, where a DequantizeLinear node with a constant grid gives it.
    mutating func dequantized(_ value: String) -> QuantizedValue? {
        guard let node = index.dequantizer(of: value, in: graph), let source = node.inputs.first,
            let value = grid(of: node, integers: source)
        else { return nil }
        return widened(value)
    }

    /// Constants of fewer than 8 bits as 8-bit ones, which is what integer kernels multiply; anything else as it is.
    private mutating func widened(_ value: QuantizedValue) -> QuantizedValue {
        guard value.elementType.bits < 8, let constant = value.constant, let integers = constant.integers else { return value }
        let wide = value.bytes(integers, constant.extents)
        let zeroPoint = value.bytes(value.zeroPoints, value.axis == nil ? [] : [value.zeroPoints.count])
        return QuantizedValue(
            name: add(wide, value.name + "_wide"), scale: value.scale, zeroPoint: add(zeroPoint, value.zeroPoint + "_wide"),
            elementType: wide.elementType, scales: value.scales, zeroPoints: value.zeroPoints, axis: value.axis,
            constant: wide)
    }

    /// The integers that a QuantizeLinear node with a constant grid makes.
    mutating func quantized(by position: Int) -> QuantizedValue? {
        let node = graph.nodes[position]
        guard node.isStandard("QuantizeLinear"), let output = node.outputs.first else { return nil }
        return grid(of: node, integers: output)
    }

    private mutating func grid(of node: Node, integers: String) -> QuantizedValue? {
        guard node.inputs.count >= 2, (node.int("block_size") ?? 0) == 0,
            let scale = constant(node.inputs[1]), let scales = scale.floats, scale.elementType == .float32,
            !scales.isEmpty
        else { return nil }
        let elementType: ElementType
        let zeroPoints: [Int]
        var zeroPointName = node.inputs.count > 2 ? node.inputs[2] : ""
        if !zeroPointName.isEmpty {
            guard let tensor = constant(zeroPointName), let values = tensor.integers, values.count == scales.count
            else { return nil }
            elementType = tensor.elementType
            zeroPoints = values
        } else {
            guard let type = constant(integers)?.elementType ?? node.implicitElementType(graph, index),
                let zero = Tensor(zeros: scale.extents, of: type)
            else { return nil }
            elementType = type
            zeroPoints = Array(repeating: 0, count: scales.count)
            zeroPointName = add(zero, node.inputs[1] + "_zero_point")
        }
        let isPerAxis = !scale.extents.isEmpty && scales.count > 1
        return QuantizedValue(
            name: integers, scale: node.inputs[1], zeroPoint: zeroPointName, elementType: elementType, scales: scales,
            zeroPoints: zeroPoints, axis: isPerAxis ? node.int("axis") ?? 1 : nil, constant: constant(integers))
    }
}

extension Node {
    /// The integer type of a Q/DQ node without a zero point: what `output_dtype` says, else uint8. For DequantizeLinear it
    /// is the type that the QuantizeLinear before it makes.
    fileprivate func implicitElementType(_ graph: Graph, _ index: GraphIndex) -> ElementType? {
        if isStandard("QuantizeLinear") {
            return int("output_dtype").flatMap { $0 == 0 ? nil : ElementType(rawValue: Int32(clamping: $0)) } ?? .uint8
        }
        guard let position = index.producer[inputs[0]], graph.nodes[position].isStandard("QuantizeLinear") else { return nil }
        let quantize = graph.nodes[position]
        if quantize.inputs.count > 2, let zeroPoint = graph.initializers[quantize.inputs[2]] { return zeroPoint.elementType }
        return quantize.implicitElementType(graph, index)
    }
}

extension Tensor {
    fileprivate init?(zeros extents: [Int], of type: ElementType) {
        guard type.isInteger, type.bits >= 8 else { return nil }
        self.init(type, extents, bytes: ArrayBytes(Array(repeating: 0, count: type.byteCount(extents.reduce(1, *)))))
    }
}

internal import GraphIR

/// One operator between DequantizeLinear and QuantizeLinear nodes, as a pattern sees it.
struct Island {
    let node: Node
    let position: Int
    /// For each input the integers behind it, where a DequantizeLinear node gives it.
    let inputs: [QuantizedValue?]
    /// The integers made of output 0, where one QuantizeLinear node is its only reader, seen through an activation.
    let output: QuantizedValue?
    /// What an activation between the operator and its QuantizeLinear node lets through.
    let clamp: ClosedRange<Float>?
    /// The activation and the QuantizeLinear node, by position.
    let tail: [Int]

    init(_ position: Int, in context: inout LoweringContext) {
        node = context.graph.nodes[position]
        self.position = position
        inputs = context.graph.nodes[position].inputs.map { $0.isEmpty ? nil : context.dequantized($0) }
        var tail: [Int] = []
        var clamp: ClosedRange<Float>?
        var value = node.outputs.first ?? ""
        if let next = context.privateConsumer(of: value),
            let range = context.graph.nodes[next].clampRange(context.graph)
        {
            clamp = range
            tail.append(next)
            value = context.graph.nodes[next].outputs.first ?? ""
        }
        if node.outputs.count == 1, let last = context.privateConsumer(of: value),
            let quantized = context.quantized(by: last)
        {
            output = quantized
            self.clamp = clamp
            self.tail = tail + [last]
        } else {
            output = nil
            self.clamp = nil
            self.tail = []
        }
    }

    /// Input `index` where it is a per-tensor 8-bit value.
    func activation(_ index: Int) -> QuantizedValue? {
        guard index < inputs.count, let value = inputs[index], value.is8Bit, value.isPerTensor else { return nil }
        return value
    }

    /// The output where it is a per-tensor 8-bit value.
    var activationOutput: QuantizedValue? {
        guard let output, output.is8Bit, output.isPerTensor else { return nil }
        return output
    }
}

extension Node {
    /// The interval that Relu or a Clip with constant bounds lets through; `nil` for every other node.
    func clampRange(_ graph: Graph) -> ClosedRange<Float>? {
        if isStandard("Relu") { return 0...Float.infinity }
        guard isStandard("Clip") else { return nil }
        func bound(_ index: Int, _ attribute: String, _ missing: Float) -> Float? {
            guard inputs.count > index, !inputs[index].isEmpty else { return float(attribute) ?? missing }
            return graph.initializers[inputs[index]]?.floats?.first
        }
        guard let low = bound(1, "min", -.infinity), let high = bound(2, "max", .infinity), low <= high else { return nil }
        return low...high
    }
}

internal import GraphIR

/// Finds the grids of layers in a quantized graph.
struct LayerGrids {
    /// Nodes between a value and the product that makes it, at most: its pair, a bias and an activation.
    private static let mostSteps = 5
    private static let passedBy = ["DequantizeLinear", "QuantizeLinear", "Relu", "Clip", "Add"]

    private let graph: Graph
    private let index: GraphIndex

    init(_ graph: Graph) {
        self.graph = graph
        index = GraphIndex(graph)
    }

    /// The grid a value comes from or goes to, where it is one for the whole tensor.
    func grid(of value: String) -> LayerStatistics.ValueGrid? {
        let readers = (index.consumers[value] ?? []).map { graph.nodes[$0] }.filter { $0.isStandard("QuantizeLinear") }
        guard let node = index.dequantizer(of: value, in: graph) ?? readers.first, node.inputs.count > 1,
            let scale = graph.initializers[node.inputs[1]]?.floats, scale.count == 1, scale[0] > 0, scale[0].isFinite
        else { return nil }
        let zero = node.inputs.count > 2 ? graph.initializers[node.inputs[2]] : nil
        let zeroPoint = Float(zero?.integers?.first ?? 0)
        guard let integers = (zero?.elementType ?? .uint8).integerRange, integers.count <= 1 << 16 else { return nil }
        let low = (Float(integers.lowerBound) - zeroPoint - 0.5) * scale[0]
        let high = (Float(integers.upperBound) - zeroPoint + 0.5) * scale[0]
        return low <= high ? .init(range: low...high, levels: integers.count) : nil
    }

    /// How far the ranges of the channels of the weight behind `value` are apart, the largest to the median one, where
    /// they share one scale; `nil` for every other layer.
    func weightSpread(behind value: String) -> Double? {
        guard let product = product(behind: value), product.inputs.count > 1,
            let node = index.dequantizer(of: product.inputs[1], in: graph), node.inputs.count > 1,
            graph.initializers[node.inputs[1]]?.elementCount == 1,
            let weight = graph.initializers[node.inputs[0]], weight.extents.count >= 2, let integers = weight.integers
        else { return nil }
        let zero = node.inputs.count > 2 ? graph.initializers[node.inputs[2]]?.integers?.first ?? 0 : 0
        let isLast = product.isStandard("MatMul") || product.isStandard("Gemm") && product.int("transB") ?? 0 == 0
        let channels = isLast ? weight.extents[weight.extents.count - 1] : weight.extents[0]
        guard channels > 1, integers.count >= channels else { return nil }
        var largest = [Int](repeating: 0, count: channels)
        let inner = integers.count / channels
        for (index, integer) in integers.enumerated() {
            let channel = isLast ? index % channels : min(index / inner, channels - 1)
            largest[channel] = max(largest[channel], abs(integer - zero))
        }
        let active = largest.filter { $0 > 0 }.sorted()
        guard let most = active.last else { return nil }
        return Double(most) / Double(active[active.count / 2])
    }

    private func product(behind value: String) -> Node? {
        var value = value
        for _ in 0..<Self.mostSteps {
            guard let node = index.producer[value].map({ graph.nodes[$0] }), let input = node.inputs.first
            else { return nil }
            if ["Conv", "Gemm", "MatMul"].contains(where: { node.isStandard($0) }) { return node }
            guard Self.passedBy.contains(where: { node.isStandard($0) }) else { return nil }
            value = input
        }
        return nil
    }
}

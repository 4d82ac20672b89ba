internal import GraphIR

/// The values of a float model by which `OutputError` judges quantized ones.
///
/// Where an output comes from a Softmax, one node or spelled out, or from a Sigmoid, its logits are judged: probabilities
/// hide the error of most samples and show that of a few. The features that the last product reads are judged as well:
/// they are more numbers, and so tell more about the network from few samples.
///
/// An output that is a choice, as a class or the boxes that a detector keeps, is no number that comes closer: what the
/// last products before the choice give is judged in its place.
struct JudgedValues {
    private static let products = ["Conv", "ConvTranspose", "Gemm", "MatMul"]
    private static let choices = [
        "ArgMax", "ArgMin", "Compress", "Hardmax", "NonMaxSuppression", "NonZero", "TopK", "Unique",
    ]

    private let graph: Graph
    private let index: GraphIndex
    /// Values that depend on what a choice among computed numbers took.
    private var chosen: Set<String> = []

    /// The names. O(nodes · outputs).
    static func names(_ graph: Graph) -> Set<String> {
        let values = JudgedValues(graph)
        return graph.outputs.reduce(into: []) { $0.formUnion(values.judged($1)) }
    }

    /// Whether outputs that hold real numbers, one at least, are all judged as they are. O(nodes · outputs).
    static func areOutputs(_ graph: Graph) -> Bool {
        let values = JudgedValues(graph), outputs = graph.outputs.filter { $0.elementType?.isFloatingPoint != false }
        return !outputs.isEmpty && outputs.allSatisfy { values.judged($0).first == $0.name }
    }

    private init(_ graph: Graph) {
        self.graph = graph
        index = GraphIndex(graph)
        var computed: Set<String> = []
        for node in graph.nodes {
            let reads = node.valuesRead
            let isProduct = node.isOne(of: Self.products), isComputed = reads.contains(where: computed.contains)
            if isProduct || isComputed && !node.isOne(of: ["Shape", "Size"]) { computed.formUnion(node.outputs) }
            if isComputed && node.isOne(of: Self.choices) || reads.contains(where: chosen.contains) {
                chosen.formUnion(node.outputs)
            }
        }
    }

    private func node(_ value: String) -> Node? { index.producer[value].map { graph.nodes[$0] } }

    private func judged(_ output: ValueInfo) -> [String] {
        let (products, hasChoice) = lastProducts(output.name)
        guard hasChoice || output.elementType?.isFloatingPoint == false else {
            let logits = logits(output.name)
            return [logits] + (features(logits).map { [$0] } ?? [])
        }
        let steady = beforeChoices(products)
        return steady + (steady.count == 1 ? steady.compactMap(features) : [])
    }

    /// What the last products on each way to a value give, and whether a choice lies behind one of them.
    private func lastProducts(_ value: String) -> (values: [String], hasChoice: Bool) {
        var products: [String] = [], hasChoice = false
        var open = [value], seen: Set<String> = [value]
        while let value = open.popLast() {
            guard let node = node(value) else { continue }
            if node.isOne(of: Self.products) {
                products.append(value)
                continue
            }
            hasChoice = hasChoice || chosen.contains(value) && node.isOne(of: Self.choices)
            open += node.valuesRead.filter { seen.insert($0).inserted }
        }
        return (products, hasChoice)
    }

    /// The products themselves, or those before the choices that they depend on.
    private func beforeChoices(_ products: [String]) -> [String] {
        var steady: [String] = [], open = products, seen = Set(products)
        while let value = open.popLast() {
            if !chosen.contains(value) {
                steady.append(value)
            } else if let node = node(value) {
                open += node.valuesRead.flatMap { lastProducts($0).values }.filter { seen.insert($0).inserted }
            }
        }
        return steady
    }

    private func logits(_ output: String) -> String {
        guard let last = node(output) else { return output }
        var input: String?
        if last.isOne(of: ["Softmax", "LogSoftmax", "Sigmoid"]) {
            input = last.inputs.first
        } else if last.isStandard("Div"), let power = last.inputs.first.flatMap(node), power.isStandard("Exp") {
            let shift = power.inputs.first.flatMap(node)
            input = shift.flatMap { $0.isStandard("Sub") ? $0.inputs.first : nil } ?? power.inputs.first
        }
        return input.flatMap { index.producer[$0] == nil ? nil : $0 } ?? output
    }

    /// What the last convolution or matrix product before a value reads, the path along first inputs.
    private func features(_ value: String) -> String? {
        var value = value
        while let node = node(value), let input = node.inputs.first, !input.isEmpty {
            if node.isOne(of: ["Conv", "Gemm", "MatMul"]) { return index.producer[input] == nil ? nil : input }
            value = input
        }
        return nil
    }
}

extension Node {
    fileprivate func isOne(of types: [String]) -> Bool { types.contains { isStandard($0) } }
}

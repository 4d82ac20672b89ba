internal import GraphIR

/// The values of a float model by which `OutputError` judges quantized ones.
///
/// Where an output comes from a Softmax, one node or spelled out, or from a Sigmoid, its logits are judged: probabilities
/// hide the error of most samples and show that of a few. The features that the last product reads are judged as well:
/// they are more numbers, and so tell more about the network from few samples. Where an output puts several such
/// products side by side, as the heads of a detector, what each of them gives is judged instead: coordinates in pixels
/// would hide all else.
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
    /// By value, what the products behind which no other stands give: one, or several that a Concat puts side by side.
    /// None for what is computed of several in another way.
    private var heads: [String: Set<String>] = [:]

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
            let all = node.valuesRead, reads = all.filter(computed.contains)
            let isProduct = node.isOne(of: Self.products)
            if isProduct || !reads.isEmpty && !node.readsExtentsAlone { computed.formUnion(node.outputs) }
            let heads = isProduct ? Set(node.outputs) : heads(of: reads, isJoined: node.isStandard("Concat"))
            for output in node.outputs { self.heads[output] = heads }
            if !reads.isEmpty && node.isOne(of: Self.choices) || all.contains(where: chosen.contains) {
                chosen.formUnion(node.outputs)
            }
        }
    }

    private func heads(of values: [String], isJoined: Bool) -> Set<String>? {
        let each = values.map { heads[$0] }
        guard let first = each.first else { return nil }
        if each.allSatisfy({ $0 == first }) { return first }
        return isJoined && !each.contains(nil) ? each.reduce(into: []) { $0.formUnion($1 ?? []) } : nil
    }

    private func node(_ value: String) -> Node? { index.producer[value].map { graph.nodes[$0] } }

    private func judged(_ output: ValueInfo) -> [String] {
        let (products, hasChoice) = lastProducts(output.name)
        guard hasChoice || output.elementType?.isFloatingPoint == false else {
            let logits = logits(output.name)
            return [logits] + features(logits)
        }
        let steady = beforeChoices(products)
        return steady + (steady.count == 1 ? steady.flatMap(features) : [])
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

    /// What the product that gives a value reads, or where a Concat joins several what they give.
    private func features(_ value: String) -> Set<String> {
        guard let heads = heads[value] else { return [] }
        guard heads.count == 1, let input = heads.first.flatMap(node)?.inputs.first else { return heads }
        return index.producer[input] == nil ? [] : [input]
    }
}

extension Node {
    /// Whether only the extents of what the node reads matter.
    var readsExtentsAlone: Bool { isOne(of: ["Shape", "Size"]) }

    fileprivate func isOne(of types: [String]) -> Bool { types.contains { isStandard($0) } }
}

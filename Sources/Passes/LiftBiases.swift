public import GraphIR
internal import Operators
internal import OrderedCollections

/// Gives the bias behind a product of quantized weights three dimensions, where the product has as many.
///
/// ONNX Runtime makes a Gemm of a MatMul and an Add whose bias is a vector before it looks for quantized products, where
/// extents are fixed, and finds none then: it computes in float, several times slower than the float model.
///
/// - Before: `x -> MatMul(DequantizeLinear(W)) -> Add(b) -> y`
/// - After: the same, `b` of shape `[1, 1, N]`
/// - Conditions: `x` has rank 3 or more; `b` is a constant of lower rank.
/// - Formula: none changes: the Add broadcasts.
/// - Source: ONNX Runtime's MatMulAddFusion, measured in `docs/architecture.md`.
public struct LiftBiases: Pass {
    public static let name = "lift-biases"
    public static let operators: [String]? = ["MatMul"]
    private static let leastRank = 3

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let index = GraphIndex(model.graph)
        let readers = readers(model, index)
        var names = GraphNames(model.graph)
        for (bias, adds) in readers {
            guard var lifted = model.graph.initializers[bias] else { continue }
            lifted.extents = Array(repeating: 1, count: Self.leastRank - lifted.extents.count) + lifted.extents
            let isShared = index.outputs.contains(bias) || index.consumers[bias]?.count != adds.count
            let name = isShared ? names.fresh(bias) : bias
            model.graph.initializers[name] = lifted
            for add in adds { model.graph.nodes[add].renameReads([bias: name]) }
        }
        model.graph.valueInfo.removeAll { readers[$0.name] != nil }
        return readers.values.joined().sorted().map { model.graph.nodes[$0].label }
    }

    /// The Adds that read each bias to lift, by position.
    private func readers(_ model: Model, _ index: GraphIndex) -> OrderedDictionary<String, [Int]> {
        guard model.graph.nodes.contains(where: { $0.isStandard("MatMul") }) else { return [:] }
        let facts = inferFacts(model)
        var readers: OrderedDictionary<String, [Int]> = [:]
        for (position, add) in model.graph.nodes.enumerated() where add.isStandard("Add") && add.inputs.count == 2 {
            for (product, bias) in [(0, 1), (1, 0)] {
                guard let constant = model.graph.constant(add.inputs[bias]), constant.extents.count < Self.leastRank,
                    isQuantizedProduct(add.inputs[product], model.graph, index, facts)
                else { continue }
                readers[add.inputs[bias], default: []].append(position)
            }
        }
        return readers
    }

    private func isQuantizedProduct(
        _ value: String, _ graph: Graph, _ index: GraphIndex, _ facts: [String: Facts]
    ) -> Bool {
        guard let producer = index.producer[value].map({ graph.nodes[$0] }), producer.isStandard("MatMul"),
            producer.inputs.count == 2, let rank = facts[producer.inputs[0]]?.rank, rank >= Self.leastRank
        else { return false }
        return index.dequantizer(of: producer.inputs[1], in: graph) != nil
    }
}

internal import GraphIR
internal import Operators

/// A value whose channels may be divided by factors that the products that read it make up for.
struct ScalableValue {
    /// What divides the channels, so that no operator is added.
    enum Divider {
        /// A product before it, perhaps with a Relu between.
        case product(Int)
        /// The scale and shift of a normalization that nothing but products reads.
        case normalization(Int)
    }

    let name: String
    let divider: Divider
    /// The products that read it.
    let readers: [Int]
    /// 1 for convolutions, -1 for matrix products.
    let axis: Int

    /// Those of a placement, in the graph's order. Weights that have other readers or come quantized are left alone.
    static func find(_ model: Model, _ placement: Placement) -> [ScalableValue] {
        let index = GraphIndex(model.graph)
        let grouped = Dictionary(grouping: placement.values, by: \.value.group)
        let order = model.graph.inputs.map(\.name) + model.graph.nodes.flatMap(\.outputs)
        return order.compactMap { name in
            guard let placed = placement.values[name], grouped[placed.group]?.count == 1, placed.fixedRange == nil
            else { return nil }
            return ScalableValue(name, model.graph, index, placement)
        }
    }

    private init?(
        _ name: String, _ graph: Graph, _ index: GraphIndex, _ placement: Placement
    ) {
        func isOwn(_ constant: String) -> Bool {
            graph.initializers[constant] != nil && index.consumers[constant]?.count == 1 && !index.outputs.contains(constant)
        }
        let all = index.consumers[name] ?? []
        readers = all.filter { placement.quantizedNodes.contains($0) }
        let products = readers.compactMap { placement.products[$0] }
        guard !readers.isEmpty, products.count == readers.count, Set(readers).count == readers.count else { return nil }
        for (reader, product) in zip(readers, products) {
            let node = graph.nodes[reader]
            guard node.inputs[product.role.data] == name, !product.isWeightQuantized, isOwn(product.weight),
                node.isStandard("Conv") || graph.initializers[product.weight]?.extents.count == 2,
                node.isStandard("Conv") || node.isStandard("MatMul") || node.isStandard("Gemm")
            else { return nil }
        }
        let convolutions = readers.filter { graph.nodes[$0].isStandard("Conv") }.count
        guard convolutions == 0 || convolutions == readers.count else { return nil }
        axis = convolutions == 0 ? -1 : 1
        self.name = name
        let hasOtherReaders = all.count != readers.count || index.outputs.contains(name)
        guard !hasOtherReaders, let divider = Self.divider(name, graph, index, placement, isOwn, axis) else { return nil }
        self.divider = divider
    }

    private static func divider(
        _ name: String, _ graph: Graph, _ index: GraphIndex, _ placement: Placement, _ isOwn: (String) -> Bool, _ axis: Int
    ) -> Divider? {
        guard var producer = index.producer[name] else { return nil }
        if graph.nodes[producer].isStandard("Relu"), let input = graph.nodes[producer].inputs.first,
            index.soleConsumer(of: input) != nil, let before = index.producer[input], placement.values[input] == nil
        {
            producer = before
        }
        let node = graph.nodes[producer]
        if let product = placement.products[producer], !product.isWeightQuantized, isOwn(product.weight),
            product.bias.map(isOwn) ?? true, node.isStandard("Conv") == (axis == 1),
            node.isStandard("Conv") || node.isStandard("Gemm")
        {
            return .product(producer)
        }
        if node.isStandard("LayerNormalization"), node.inputs.dropFirst().allSatisfy({ $0.isEmpty || isOwn($0) }),
            node.outputs.count == 1, axis == -1
        {
            return .normalization(producer)
        }
        return nil
    }
}

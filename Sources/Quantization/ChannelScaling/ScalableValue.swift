internal import GraphIR
internal import Operators

/// A value whose channels may be divided by factors that are made up for behind its grid.
struct ScalableValue {
    /// What divides the channels.
    enum Divider {
        /// A product before it, perhaps with a Relu between.
        case product(Int)
        /// Constants, one number a channel: the scale and shift of a normalization that nothing but products reads.
        case constants([String])
        /// A Mul node before the grid, which is to be added.
        case multiplication
    }

    /// What makes up for the factors.
    enum Restorer: Equatable {
        /// The weights of the products that read the value.
        case weights
        /// A Mul node behind the grid: the one with this constant, `nil` where it is to be added.
        case multiplication(String?)
    }

    /// How many products each number of a value goes into that are worth a multiplication of it.
    private static let leastProducts = 128

    private(set) var name: String
    private(set) var divider: Divider
    private(set) var restorer = Restorer.weights
    /// The products that read it, by way of a function where a Mul node restores the value.
    private(set) var readers: [Int]
    /// What its only readers make of it before anything else does.
    private(set) var response: ReaderResponse?
    /// 1 for convolutions, -1 for matrix products.
    let axis: Int
    /// How many axes lie within that of the channels.
    let innerAxes: Int
    /// The upper bound of a Clip from 0 on that the value comes out of, which has no channels.
    let ceiling: Float?

    /// The share of the noise that factors may leave to be taken: an added operator must be worth its time, the more so
    /// beside a convolution, whose inputs go into fewer products. Behind a Clip a channel made larger is cut sooner on other
    /// samples.
    var mostNoise: Double {
        guard addedNode == nil else { return axis == 1 ? 0.5 : 0.8 }
        return ceiling == nil ? 0.98 : 0.9
    }

    /// Where a Mul node must be added.
    var addedNode: FactorNode.Place? {
        if case .multiplication = divider { return .beforeGrid }
        return restorer == .multiplication(nil) ? .behindGrid : nil
    }

    /// Those of a placement, in the graph's order. Weights that have other readers or come quantized are left alone.
    static func find(_ model: Model, _ placement: Placement) -> [ScalableValue] {
        let index = GraphIndex(model.graph)
        let grouped = Dictionary(grouping: placement.values, by: \.value.group)
        let order = model.graph.inputs.map(\.name) + model.graph.nodes.flatMap(\.outputs)
        return order.compactMap { name in
            guard let placed = placement.values[name], grouped[placed.group]?.count == 1, placed.fixedRange == nil
            else { return nil }
            return ScalableValue(name, placed, model.graph, index, placement)
                ?? ScalableValue(restoring: name, placed, model, index, placement)
        }
    }

    /// The same once nodes have been added.
    func following(_ additions: OutputTrials.Variant.Additions) -> ScalableValue {
        var result = moved(to: additions.positions)
        guard let constant = additions.constants[name], let placed = additions.placed[name] else { return result }
        result.name = placed
        if case .multiplication = divider { result.divider = .constants([constant]) }
        if restorer == .multiplication(nil) { result.restorer = .multiplication(constant) }
        return result
    }

    /// The same where nodes have come to new positions.
    func moved(to positions: [Int]) -> ScalableValue {
        var result = self
        result.readers = readers.map { positions[$0] }
        if case .product(let position) = divider { result.divider = .product(positions[position]) }
        return result
    }

    private init?(
        _ name: String, _ placed: Placement.ValuePlacement, _ graph: Graph, _ index: GraphIndex, _ placement: Placement
    ) {
        func isOwn(_ constant: String) -> Bool { Self.isOwn(constant, graph, index) }
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
        innerAxes = convolutions == 0 ? 0 : Self.spatialAxes(products[0], graph)
        self.name = name
        let hasOtherReaders = all.count != readers.count || index.outputs.contains(name)
        if !hasOtherReaders, let divider = Self.divider(name, graph, index, placement, isOwn, axis, innerAxes) {
            self.divider = divider
            ceiling = Self.ceiling(name, graph, index)
            return
        }
        let each = products.reduce(0) { $0 + (graph.initializers[$1.weight]?.extents[$1.weightAxis] ?? 0) }
        guard !placed.servesAllReaders, axis == 1 || each >= Self.leastProducts else { return nil }
        divider = .multiplication
        ceiling = nil
    }

    /// A convolution's result that is read in float: its weights divide it, a Mul node behind the grid restores it.
    private init?(
        restoring name: String, _ placed: Placement.ValuePlacement, _ model: Model, _ index: GraphIndex,
        _ placement: Placement
    ) {
        let graph = model.graph, consumers = index.consumers[name] ?? []
        guard placed.servesAllReaders, let producer = index.producer[name], graph.nodes[producer].isStandard("Conv"),
            let product = placement.products[producer], !product.isWeightQuantized,
            !consumers.isEmpty, placement.quantizedNodes.isDisjoint(with: consumers),
            [product.weight, product.bias].compactMap(\.self).allSatisfy({ Self.isOwn($0, graph, index) })
        else { return nil }
        self.name = name
        divider = .product(producer)
        restorer = .multiplication(nil)
        response = ReaderResponse(of: name, in: model, index)
        readers = (response.flatMap { index.consumers[$0.result] } ?? []).filter { placement.products[$0] != nil }
        axis = 1
        innerAxes = Self.spatialAxes(product, graph)
        ceiling = nil
    }

    /// Those of a convolution, whose weight is its own constant.
    private static func spatialAxes(_ convolution: Placement.Product, _ graph: Graph) -> Int {
        max((graph.initializers[convolution.weight]?.extents.count ?? 0) - 2, 0)
    }

    private static func isOwn(_ constant: String, _ graph: Graph, _ index: GraphIndex) -> Bool {
        graph.initializers[constant] != nil && index.consumers[constant]?.count == 1 && !index.outputs.contains(constant)
    }

    private static func ceiling(_ name: String, _ graph: Graph, _ index: GraphIndex) -> Float? {
        guard let node = index.producer[name].map({ graph.nodes[$0] }), node.isStandard("Clip"), node.inputs.count == 3,
            let low = graph.initializers[node.inputs[1]]?.floats, let high = graph.initializers[node.inputs[2]]?.floats
        else { return nil }
        return low == [0] && high.count == 1 && high[0] > 0 ? high[0] : nil
    }

    private static func divider(
        _ name: String, _ graph: Graph, _ index: GraphIndex, _ placement: Placement, _ isOwn: (String) -> Bool,
        _ axis: Int, _ innerAxes: Int
    ) -> Divider? {
        guard var producer = index.producer[name] else { return nil }
        let isActivation = graph.nodes[producer].isStandard("Relu") || ceiling(name, graph, index) != nil
        if isActivation, let input = graph.nodes[producer].inputs.first, index.soleConsumer(of: input) != nil,
            let before = index.producer[input], placement.values[input] == nil
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
        // A constant on a grid would leave it.
        guard !placement.quantizedNodes.contains(producer) else { return nil }
        return constants(node, graph, index, isOwn, innerAxes).map(Divider.constants)
    }

    /// The scale and shift of a normalization, by itself or spelled out: a Mul and perhaps an Add behind it.
    private static func constants(
        _ node: Node, _ graph: Graph, _ index: GraphIndex, _ isOwn: (String) -> Bool, _ innerAxes: Int
    ) -> [String]? {
        func factor(_ node: Node) -> (constant: String, rest: String)? {
            guard node.inputs.count == 2, let position = node.inputs.firstIndex(where: isOwn) else { return nil }
            let constant = node.inputs[position], extents = graph.initializers[constant]?.extents ?? []
            guard let channels = extents.first, channels > 1,
                extents.dropFirst() == ArraySlice(repeating: 1, count: innerAxes)
            else { return nil }
            return (constant, node.inputs[1 - position])
        }
        if node.isStandard("LayerNormalization"), innerAxes == 0 {
            let names = node.inputs.dropFirst().filter { !$0.isEmpty }
            return names.allSatisfy(isOwn) && node.outputs.count == 1 ? Array(names) : nil
        }
        if node.isStandard("Mul") { return factor(node).map { [$0.constant] } }
        guard node.isStandard("Add"), let shift = factor(node), index.soleConsumer(of: shift.rest) != nil,
            let before = index.producer[shift.rest].map({ graph.nodes[$0] }), before.isStandard("Mul"),
            let scale = factor(before)
        else { return nil }
        return [scale.constant, shift.constant]
    }
}

internal import GraphIR

/// Puts changed constants into a graph: under the old name where one node alone reads the constant, else as a copy.
struct ConstantReplacement {
    private let index: GraphIndex
    private var names: GraphNames

    init(_ graph: Graph, _ index: GraphIndex) {
        self.index = index
        names = GraphNames(graph)
    }

    /// Stores `tensor` in the place of the constant that `node` reads at `position`, or as a new one called after
    /// `wish`.
    mutating func store(
        _ tensor: Tensor, as position: Int, of node: inout Node, wish: String, in graph: inout Graph
    ) {
        let old = node.input(position)
        let name =
            if let old, graph.constant(old) != nil, index.soleConsumer(of: old) != nil { old } else {
                names.fresh(old ?? wish)
            }
        graph.initializers[name] = tensor
        node.setInput(position, name)
    }

    /// A name that no value of the graph has yet.
    mutating func fresh(_ wish: String) -> String { names.fresh(wish) }
}

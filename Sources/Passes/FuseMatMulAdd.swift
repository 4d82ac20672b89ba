public import GraphIR
internal import Operators

/// Makes a Gemm of a matrix product and the bias added to it.
///
/// - Before: `x -> MatMul(W) -> Add(b) -> y`
/// - After: `x -> Gemm(W, b) -> y`
/// - Conditions: `x` has rank 2; `W` is a float matrix, constant or behind DequantizeLinear; `b` is a constant of shape
///   `[N]` or `[1, N]`. Only the Add reads the product. Of higher rank MatMul and Add stay as they are: Gemm takes
///   matrices only, and Reshapes around it would cost more than the Add.
/// - Formula: `y = x W + b`
/// - Source: the definition of Gemm.
public struct FuseMatMulAdd: Pass {
    public static let name = "fuse-matmul-add"
    public static let operators: [String]? = ["MatMul"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        let facts = LazyFacts(model)
        let index = GraphIndex(model.graph)
        var removed: Set<Int> = []
        var changes: [String] = []
        for (position, add) in model.graph.nodes.enumerated() where add.isStandard("Add") && add.inputs.count == 2 {
            for (product, bias) in [(add.inputs[0], add.inputs[1]), (add.inputs[1], add.inputs[0])] {
                guard let producer = index.producer[product], index.soleConsumer(of: product) == position,
                    fuses(model.graph.nodes[producer], bias, model.graph, index, facts)
                else { continue }
                var gemm = model.graph.nodes[producer]
                changes.append("\(add.label) into \(gemm.label)")
                gemm.opType = "Gemm"
                gemm.inputs.append(bias)
                gemm.outputs = add.outputs
                model.graph.nodes[position] = gemm
                removed.insert(producer)
                break
            }
        }
        model.graph.removeNodes(at: removed)
        model.graph.forgetStaleValueInfo()
        return changes
    }

    private func fuses(
        _ product: Node, _ bias: String, _ graph: Graph, _ index: GraphIndex, _ facts: LazyFacts
    ) -> Bool {
        guard product.isStandard("MatMul"), product.inputs.count == 2, let bias = graph.constant(bias),
            facts[product.inputs[0]]?.rank == 2
        else { return false }
        let weight = product.inputs[1]
        guard graph.constant(weight) != nil || index.dequantizer(of: weight, in: graph) != nil,
            let matrix = facts[weight], matrix.rank == 2, matrix.elementType.isFloatingPoint,
            let columns = matrix.shape?[1].value
        else { return false }
        return bias.extents == [columns] || bias.extents == [1, columns]
    }
}

public import GraphIR

/// An operator each of whose results depends on the elements of its inputs at the same place alone, under broadcasting.
protocol ElementwiseOperator: Operator {}

extension OperatorTable {
    /// Whether a node's operator is such a one. `opset` is the imported version of the node's domain.
    public static func isElementwise(_ node: Node, opset: Int) -> Bool {
        (try? make(node, opset: opset)) is any ElementwiseOperator
    }
}

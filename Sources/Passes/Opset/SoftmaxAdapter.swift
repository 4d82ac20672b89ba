internal import GraphIR
internal import Operators

/// Softmax, LogSoftmax and Hardmax before version 13 make a matrix of their input, rows up to `axis` and columns from
/// there on, and work on its rows; afterwards they work along `axis` alone.
extension OpsetAdapterTable {
    static func softmaxOverOneAxis(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard let input = node.input(0) else { return [node] }
        let axis = node.int("axis") ?? 1
        var softmax = node
        if let shape = context.facts(input)?.shape, coversOneAxis(shape, from: axis) {
            softmax.set(Attribute("axis", axis))
            return [softmax]
        }
        let rows = context.fresh("\(node.stem)_rows")
        let result = context.fresh("\(node.stem)_columns")
        let shape = context.fresh("\(node.stem)_shape")
        softmax.set(Attribute("axis", -1))
        softmax.inputs = [rows]
        softmax.outputs = [result]
        return [
            Node("Flatten", name: rows, inputs: [input], outputs: [rows], attributes: [Attribute("axis", axis)]),
            softmax,
            Node("Shape", name: shape, inputs: [input], outputs: [shape]),
            Node(
                "Reshape", name: context.fresh("\(node.stem)_reshape"), inputs: [result, shape], outputs: node.outputs),
        ]
    }

    /// Whether the dimensions after `axis` are all 1, so that the columns are the elements along `axis`.
    private static func coversOneAxis(_ shape: Shape, from axis: Int) -> Bool {
        let first = axis < 0 ? axis + shape.rank : axis
        guard shape.dimensions.indices.contains(first) else { return false }
        return shape.dimensions[(first + 1)...].allSatisfy { $0 == 1 }
    }
}

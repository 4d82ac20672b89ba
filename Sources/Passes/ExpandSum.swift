public import GraphIR

/// Makes Adds of a Sum, so that later steps see additions in one form.
///
/// - Before: `a, b, c -> Sum -> y`
/// - After: `a, b -> Add -> s`, `s, c -> Add -> y`
/// - Conditions: two operands or more. One operand is an identity.
/// - Formula: `y = (a + b) + c`
/// - Source: the definition of Sum.
public struct ExpandSum: Pass {
    public static let name = "expand-sum"

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        var names = GraphNames(model.graph)
        var changes: [String] = []
        model.graph.nodes = model.graph.nodes.flatMap { node -> [Node] in
            guard node.isStandard("Sum"), node.inputs.count >= 2, let output = node.outputs.first else { return [node] }
            changes.append(node.label)
            var sum = node.inputs[0]
            return node.inputs.dropFirst().enumerated().map { position, operand in
                var add = node
                add.opType = "Add"
                add.inputs = [sum, operand]
                let isLast = position == node.inputs.count - 2
                add.outputs = [isLast ? output : names.fresh(output)]
                if !isLast, let name = node.name { add.name = names.fresh(name) }
                sum = add.outputs[0]
                return add
            }
        }
        return changes
    }
}

public import GraphIR

/// Replaces an If whose condition is known by the branch it takes.
///
/// - Before: `condition -> If(then, else) -> y`
/// - After: the nodes of the branch; the other branch is gone.
/// - Conditions: the condition is constant. A branch with sparse initializers stays.
/// - Formula: none. Outputs of the branch get the names of the outputs of the If, other values names of their own.
/// - Source: the definition of If. PyTorch exports such branches where it squeezes a dimension of known size.
public struct InlineBranches: Pass {
    public static let name = "inline-branches"

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        var copier = NodeCopier(GraphNames(model.graph))
        var nodes: [Node] = []
        var changes: [String] = []
        for node in model.graph.nodes {
            guard let branch = branch(of: node, model.graph) else {
                nodes.append(node)
                continue
            }
            changes.append(node.label)
            var scope: [String: String] = [:]
            for (name, tensor) in branch.initializers {
                model.graph.initializers[copier.rename(name, node.stem, &scope)] = tensor
            }
            let written = Set(branch.nodes.flatMap(\.outputs))
            var handedOn: [Node] = []
            for (inner, outer) in zip(branch.outputs.map(\.name), node.outputs) where !outer.isEmpty {
                if written.contains(inner), scope[inner] == nil {
                    scope[inner] = outer
                } else {
                    let value = scope[inner] ?? inner
                    handedOn.append(Node("Identity", name: copier.fresh(outer), inputs: [value], outputs: [outer]))
                }
            }
            nodes += branch.nodes.map { copier.copy($0, [:], node.stem, &scope) } + handedOn
        }
        model.graph.nodes = nodes
        model.graph.forgetStaleValueInfo()
        return changes
    }

    private func branch(of node: Node, _ graph: Graph) -> Graph? {
        guard node.isStandard("If"), let condition = node.input(0).flatMap(graph.constant)?.integers,
            condition.count == 1,
            case .graph(let branch)? = node.attribute(condition[0] == 0 ? "else_branch" : "then_branch"),
            branch.inputs.isEmpty, branch.sparseInitializerNames.isEmpty, branch.outputs.count >= node.outputs.count
        else { return nil }
        return branch
    }
}

internal import GraphIR
internal import Kernels
internal import Operators

/// The operator `If` as the planner sees it: once the condition is known, the chosen branch takes its place.
struct ConditionalBranch: Operator {
    static let signature = OperatorSignature("If")
    private let node: Node

    /// `nil` where `node` is no `If`.
    init?(_ node: Node) {
        guard node.isStandard("If") else { return nil }
        self.node = node
    }

    init(_ node: Node, opset: Int) throws {
        guard node.isStandard("If") else {
            throw OperatorFault.unknownOperator(domain: node.domain ?? "", opType: node.opType, opset: opset)
        }
        self.node = node
    }

    var valueInputs: [Int] { [0] }

    /// The nodes of the branch that `condition` chooses, followed by an Identity for each output of the `If`.
    func nodes(condition: Tensor) throws -> [Node] {
        guard let flag = condition.integers?.first else { throw OperatorFault.value("the condition has no element") }
        let name = flag != 0 ? "then_branch" : "else_branch"
        guard case .graph(let branch)? = node.attribute(name) else {
            throw OperatorFault.attribute(name, "is missing")
        }
        guard branch.outputs.count >= node.outputs.count else {
            throw OperatorFault.shape("\(name) gives \(branch.outputs.count) values, the node has \(node.outputs.count)")
        }
        let constants = branch.initializers.map { name, value in
            Node("Constant", inputs: [], outputs: [name], attributes: [Attribute("value", .tensor(value))])
        }
        let results = zip(node.outputs, branch.outputs).filter { !$0.0.isEmpty }.map { outer, inner in
            Node("Identity", inputs: [inner.name], outputs: [outer])
        }
        return constants + branch.nodes + results
    }

    func infer(_ inputs: Inputs) throws -> [Facts] { throw OperatorFault.needsValue(input: 0) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { throw OperatorFault.needsValue(input: 0) }
}

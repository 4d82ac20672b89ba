internal import GraphIR
internal import Operators

/// A node that computes the same whatever the order of its operands' axes: element by element, or along axes that it
/// names.
struct ReorderableNode {
    /// What must follow the order of the axes beside the operands themselves.
    private enum Dependent {
        /// A constant that is broadcast, by input.
        case constant(Int, Tensor)
        /// What a Pad adds: begins of all axes, then ends.
        case amounts([Int])
        /// Names of axes: one or more in an attribute, or in an input.
        case axis(Int)
        case axes([Int])
        case axesInput(Int, [Int])
    }

    /// The inputs, by position, whose axes are those of the results.
    let operands: [Int]
    /// That of the operands and results.
    let rank: Int
    private let node: Node
    private let dependents: [Dependent]

    /// `nil` where the node is none, or ranks or axes are not known.
    init?(_ node: Node, opset: Int, _ graph: Graph, _ facts: LazyFacts) {
        guard let kind = Kind(node, opset: opset), let output = node.writtenValues.first,
            let rank = facts[output]?.rank, rank > 1
        else { return nil }
        let form: (operands: [Int], dependents: [Dependent])?
        switch kind {
        case .along: form = Self.along(node, graph)
        case .padding: form = Self.padding(node, graph)
        case .slice: form = Self.slice(node, graph)
        case .reduction: form = Self.reduction(node, graph)
        case .elementwise: form = Self.elementwise(node, graph, facts)
        }
        guard let form, !form.operands.isEmpty,
            form.operands.allSatisfy({ node.input($0).flatMap { facts[$0]?.rank } == rank })
        else { return nil }
        (operands, dependents) = form
        (self.node, self.rank) = (node, rank)
    }

    /// What operators such nodes have.
    enum Kind {
        case along, padding, slice, reduction, elementwise

        /// `nil` where nodes of the operator are none. O(1).
        init?(_ node: Node, opset: Int) {
            guard node.isStandard(node.opType) else { return nil }
            switch node.opType {
            case "Concat", "Split": self = .along
            case "Pad": self = .padding
            case "Slice": self = .slice
            case _ where node.opType.hasPrefix("Reduce"): self = .reduction
            case _ where OperatorTable.isElementwise(node, opset: opset): self = .elementwise
            default: return nil
            }
        }
    }

    private typealias Form = (operands: [Int], dependents: [Dependent])

    private static func elementwise(_ node: Node, _ graph: Graph, _ facts: LazyFacts) -> Form {
        var form: Form = ([], [])
        for position in node.inputs.indices {
            guard let name = node.input(position) else { continue }
            guard let constant = graph.constant(name) else {
                if facts[name]?.rank != 0 { form.operands.append(position) }
                continue
            }
            if constant.elementCount != 1 { form.dependents.append(.constant(position, constant)) }
        }
        return form
    }

    /// Concat and Split.
    private static func along(_ node: Node, _ graph: Graph) -> Form? {
        let read = node.opType == "Concat" ? Array(node.inputs.indices) : [0]
        guard let axis = node.int("axis") ?? (node.opType == "Split" ? 0 : nil) else { return nil }
        var form: Form = ([], [.axis(axis)])
        for position in read {
            if let constant = node.input(position).flatMap(graph.constant) {
                form.dependents.append(.constant(position, constant))
            } else {
                form.operands.append(position)
            }
        }
        return form
    }

    private static func padding(_ node: Node, _ graph: Graph) -> Form? {
        guard let amounts = node.input(1).flatMap(graph.constant)?.integers, node.input(3) == nil else { return nil }
        return ([0], [.amounts(amounts)])
    }

    private static func slice(_ node: Node, _ graph: Graph) -> Form? {
        guard let starts = node.input(1).flatMap(graph.constant)?.integers else { return nil }
        guard let input = node.input(3) else { return ([0], [.axesInput(3, Array(starts.indices))]) }
        return graph.constant(input)?.integers.map { ([0], [.axesInput(3, $0)]) }
    }

    /// One that keeps the axes it reduces.
    private static func reduction(_ node: Node, _ graph: Graph) -> Form? {
        guard node.int("keepdims") ?? 1 != 0 else { return nil }
        if let axes = node.ints("axes") { return ([0], [.axes(axes)]) }
        return node.input(1).flatMap(graph.constant)?.integers.map { ([0], [.axesInput(1, $0)]) }
    }

    /// The node on operands whose axes are in `order`, its values named as before, and its changed constants by input;
    /// `nil` where one does not have the form that the operator wants. O(elements of the constants).
    func reordered(by order: Permutation) -> (node: Node, constants: [Int: Tensor])? {
        var result = node, constants: [Int: Tensor] = [:]
        for dependent in dependents {
            switch dependent {
            case .constant(let position, let tensor):
                guard let tensor = reordered(tensor, by: order) else { return nil }
                constants[position] = tensor
            case .amounts(let amounts):
                guard amounts.count == 2 * rank else { return nil }
                constants[1] = Self.vector((order.axes + order.axes.map { $0 + rank }).map { amounts[$0] })
            case .axis(let axis):
                guard let places = places(of: [axis], in: order) else { return nil }
                result.set(Attribute("axis", places[0]))
            case .axes(let axes):
                guard let places = places(of: axes, in: order) else { return nil }
                result.set(Attribute("axes", places))
            case .axesInput(let position, let axes):
                guard let places = places(of: axes, in: order) else { return nil }
                constants[position] = Self.vector(places)
            }
        }
        return (result, constants)
    }

    private static func vector(_ numbers: [Int]) -> Tensor { Tensor(numbers.map(Int64.init), [numbers.count]) }

    /// Where axes go, in their order; `nil` where one is none.
    private func places(of axes: [Int], in order: Permutation) -> [Int]? {
        let axes = axes.map { $0 < 0 ? $0 + rank : $0 }, places = order.inverse.axes
        guard axes.allSatisfy((0..<rank).contains) else { return nil }
        return axes.map { places[$0] }
    }

    /// A constant, broadcast to the rank, with its axes in `order`; `nil` where it has more axes.
    private func reordered(_ tensor: Tensor, by order: Permutation) -> Tensor? {
        guard tensor.extents.count <= rank else { return nil }
        var full = tensor
        full.extents = Array(repeating: 1, count: rank - tensor.extents.count) + tensor.extents
        let transpose = Node("Transpose", inputs: ["x"], outputs: ["y"], attributes: [Attribute("perm", order.axes)])
        return try? OperatorTable.evaluate(transpose, opset: ConvertOpset.leastTarget, inputs: [full])[0]
    }
}

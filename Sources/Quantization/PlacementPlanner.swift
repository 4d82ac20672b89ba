public import GraphIR
public import Operators

/// Decides what is quantized.
///
/// A product with a constant weight always works on integers. An element-wise operator does where its inputs are on grids
/// already and its output is wanted on one; anything else would add error without making a runtime faster.
public struct PlacementPlanner {
    let graph: Graph
    let facts: [String: Facts]
    let index: GraphIndex
    private let opsets: [String: Int]
    private let isExcluded: (String, String) -> Bool
    private let released: Set<Int>
    private let roundsOnce: Bool
    let worksOnIntegers: (String) -> Bool
    var placement = Placement()
    /// Roles by node; `nil` where the operator is unknown.
    private(set) var roles: [QuantizationRole?] = []
    private var negligible: Set<Int> = []
    /// Values that an integer operator can give, decided front to back.
    private(set) var onGrid: Set<String> = []
    /// Element-wise nodes that could work on integers if their output is wanted so.
    private(set) var candidates: Set<Int> = []
    var knownFloatSources: [Int: Set<String>?] = [:]

    /// Plans a folded model whose graph is in order. `facts` are those of its values. O(nodes).
    public static func plan(_ model: Model, facts: [String: Facts], options: QuantizationOptions) -> Placement {
        var planner = PlacementPlanner(model, facts, options)
        planner.negligible = planner.negligibleProducts()
        for position in planner.graph.nodes.indices { planner.visitForward(position) }
        for position in planner.graph.nodes.indices.reversed() { planner.visitBackward(position) }
        planner.markComputingNodes()
        planner.markSecondOperands()
        planner.nameReasons()
        return planner.placement
    }

    private init(_ model: Model, _ facts: [String: Facts], _ options: QuantizationOptions) {
        graph = model.graph
        self.facts = facts
        isExcluded = options.isExcluded
        released = options.released
        roundsOnce = options.target.runsFloatBetweenGrids
        worksOnIntegers = options.worksOnIntegers
        index = GraphIndex(graph)
        opsets = Dictionary(model.opsetImports.map { (($0.domain ?? "").isStandardDomain ? "" : $0.domain!, $0.version) }) {
            first, _ in first
        }
        roles = graph.nodes.map { node in
            let domain = (node.domain ?? "").isStandardDomain ? "" : node.domain!
            return try? OperatorTable.make(node, opset: opsets[domain] ?? 1).role
        }
    }

    // MARK: Front to back: what can be on a grid

    private mutating func visitForward(_ position: Int) {
        let node = graph.nodes[position]
        if isExcluded(node.name ?? "", node.opType) {
            placement.floatNodes[position] = .excluded
            return
        }
        if released.contains(position) {
            placement.floatNodes[position] = .released
            return
        }
        if node.isStandard("DequantizeLinear") || node.isStandard("QuantizeLinear") {
            placement.floatNodes[position] = .alreadyQuantized
            return
        }
        guard let role = roles[position] else {
            placement.floatNodes[position] = .unknownOperator
            return
        }
        switch role {
        case .compute where negligible.contains(position): placement.floatNodes[position] = .negligible
        case .compute(let compute):
            switch product(node, compute) {
            case .success(let product):
                placement.products[position] = product
                placement.quantizedNodes.insert(position)
                if isLastConvolution(node) { placement.lastConvolutions.insert(position) }
                if givesIntegersOnly(position, node) { onGrid.insert(unitOutput(position)) }
            case .failure(let reason): visitActivationProduct(position, node, reason.reason)
            }
        case .elementwise, .joins, .fixedRange:
            if floatInputsAreOnGrid(node) {
                candidates.insert(position)
                onGrid.insert(unitOutput(position))
            }
        case .activation:
            guard let input = node.inputs.first, let producer = index.producer[input] else { return }
            // An activation that follows its producer is part of it; elsewhere it is an element-wise operator.
            if onGrid.contains(node.outputs[0]), unitOutput(producer) == node.outputs[0] {
                placement.quantizedNodes.insert(position)
            } else if onGrid.contains(input) {
                candidates.insert(position)
                onGrid.insert(node.outputs[0])
            }
        case .sharesGrid:
            if let input = node.inputs.first, onGrid.contains(input), addsNoValue(node) {
                candidates.insert(position)
                onGrid.formUnion(node.outputs)
            }
        case .float: placement.floatNodes[position] = .role
        }
    }

    /// Whether the output has no value that the input's range may lack: a Pad with another number than zero adds one.
    private func addsNoValue(_ node: Node) -> Bool {
        guard node.isStandard("Pad"), node.inputs.count > 2, !node.inputs[2].isEmpty else { return true }
        return facts[node.inputs[2]]?.constant?.floats?.allSatisfy { $0 == 0 } ?? false
    }

    /// Whether the result goes to a grid because runtimes run the node on integers only then: so with a convolution; a
    /// matrix product may give float.
    private func givesIntegersOnly(_ position: Int, _ node: Node) -> Bool {
        guard placement.lastConvolutions.contains(position) else { return node.isConvolution }
        return worksOnIntegers(node.outputs[0])
    }

    private func isLastConvolution(_ node: Node) -> Bool {
        node.isConvolution && index.outputs.contains(node.outputs[0]) && index.consumers[node.outputs[0]] == nil
    }

    /// The value behind a node and the activation that alone reads it.
    func unitOutput(_ position: Int) -> String {
        guard let output = graph.nodes[position].outputs.first else { return "" }
        guard let next = index.soleConsumer(of: output), roles[next] == .activation,
            graph.nodes[next].inputs.first == output,
            !isExcluded(graph.nodes[next].name ?? "", graph.nodes[next].opType)
        else { return output }
        return graph.nodes[next].outputs.first ?? output
    }

    private func floatInputsAreOnGrid(_ node: Node) -> Bool {
        guard node.outputs.count == 1 else { return false }
        let operands = dataOperands(node)
        var varying = 0
        for input in node.inputs where !input.isEmpty {
            guard let facts = facts[input] else { return false }
            guard operands.contains(input) else {
                guard facts.constant != nil || !facts.elementType.isFloatingPoint else { return false }
                continue
            }
            guard facts.elementType == .float32 else { return false }
            if let constant = facts.constant {
                guard constant.isOrdinaryOperand else { return false }
            } else {
                guard onGrid.contains(input) else { return false }
                varying += 1
            }
        }
        return varying > 0
    }

    // MARK: Back to front: what is wanted on a grid

    private mutating func visitBackward(_ position: Int) {
        let node = graph.nodes[position]
        if let product = placement.products[position] {
            want(node.inputs[product.role.data])
            let output = unitOutput(position)
            if onGrid.contains(output) { want(output) }
        } else if placement.activationProducts.contains(position) {
            for input in node.inputs { want(input) }
        } else if candidates.contains(position) {
            visitCandidateBackward(position, node)
        } else if belongsToProduct(position, node) {
            placement.quantizedNodes.insert(position)
        }
    }

    /// Whether the node is the activation of a product whose result goes to a grid.
    private func belongsToProduct(_ position: Int, _ node: Node) -> Bool {
        guard roles[position] == .activation, let output = node.outputs.first, placement.values[output] != nil,
            let producer = node.inputs.first.flatMap({ index.producer[$0] })
        else { return false }
        return placement.products[producer] != nil && unitOutput(producer) == output
    }

    private mutating func visitCandidateBackward(_ position: Int, _ node: Node) {
        let outputs = node.outputs.filter { !$0.isEmpty }
        guard let output = outputs.first else { return }
        switch roles[position] {
        case .sharesGrid:
            guard outputs.allSatisfy({ placement.values[$0] != nil || index.isUnused($0) }) else { return }
            want(node.inputs[0])
            let group = placement.values[node.inputs[0]]!.group
            for output in outputs { regroup(output, to: group) }
        case .activation:
            guard placement.values[output] != nil else { return }
            want(node.inputs[0])
        default:
            let unit = unitOutput(position)
            guard placement.values[unit] != nil else { return }
            if case .fixedRange(let range) = roles[position] { placement.values[unit]?.fixedRange = range }
            if roundsOnce, let sources = floatSources(position) {
                return leaveFloat(position, unit: unit, sources)
            }
            for input in dataOperands(node) {
                if facts[input]?.constant != nil { placement.constants.insert(input) } else { want(input) }
            }
        }
        placement.quantizedNodes.insert(position)
    }

    /// Leaves the last of the operators that compute in float from `sources` there, with an activation that follows; those
    /// before it have no grid to give a result on.
    private mutating func leaveFloat(_ position: Int, unit: String, _ sources: Set<String>) {
        for node in [position, index.producer[unit]].compactMap(\.self) {
            placement.quantizedNodes.remove(node)
            placement.floatNodes[node] = .roundedOnce
        }
        placement.values[unit]?.servesAllReaders = false
        for source in sources.sorted() { want(source) }
    }

    private mutating func want(_ value: String) {
        guard placement.values[value] == nil else { return }
        placement.values[value] = .init(servesAllReaders: onGrid.contains(value), group: value, fixedRange: nil)
    }

    private mutating func regroup(_ value: String, to group: String) {
        guard let old = placement.values[value]?.group else { return }
        let members = placement.values.filter { $0.value.group == old }.map(\.key)
        for member in members { placement.values[member]?.group = group }
    }

    /// The inputs that carry data, not parameters such as slopes or sizes.
    private func dataOperands(_ node: Node) -> [String] {
        switch node.opType {
        case "Add", "Mul", "Sub", "Div", "Concat", "Min", "Max", "Sum", "Mean": node.inputs.filter { !$0.isEmpty }
        case "Where": Array(node.inputs.dropFirst())
        default: Array(node.inputs.prefix(1))
        }
    }

    private mutating func markComputingNodes() {
        placement.computingNodes = placement.quantizedNodes.filter { position in
            switch roles[position] {
            case .compute, .elementwise, .joins, .fixedRange: true
            default: false
            }
        }
    }

    private mutating func nameReasons() {
        for position in graph.nodes.indices where !placement.quantizedNodes.contains(position) {
            if placement.floatNodes[position] == nil { placement.floatNodes[position] = .betweenFloatOperators }
        }
        for position in placement.quantizedNodes { placement.floatNodes[position] = nil }
    }
}

extension Tensor {
    /// Whether the constant is an operand like any other, not a mask: all finite, and none so large that it only serves to
    /// push values out of the way.
    fileprivate var isOrdinaryOperand: Bool {
        floats?.allSatisfy { $0.isFinite && $0.magnitude < 1e4 } ?? false
    }
}

extension Node {
    fileprivate var isConvolution: Bool { isStandard("Conv") || isStandard("ConvTranspose") }
}

public import GraphIR
internal import Operators

/// Takes tensors from where they were before they went into a sequence.
///
/// - Before: `x -> SplitToSequence -> s`, `s, 1 -> SequenceAt -> y`; `a, b -> SequenceConstruct -> t -> ConcatFromSequence -> z`
/// - After: `x -> Slice -> y`, or Gather where the axis goes; `a, b -> Concat -> z`
/// - Conditions: opset 13 or later; the nodes that make the sequence are in the same graph, and the positions and sizes
///   that they are given are constants. Where all members or those counted from the end are wanted, their number is known.
/// - Formula: none, numbers only move.
/// - Source: the definitions of the operators.
public struct ExpandSequences: Pass {
    public static let name = "expand-sequences"
    public static let operators: [String]? = readers

    private static let readers = ["SequenceAt", "SequenceLength", "ConcatFromSequence"]
    private static let makers = [
        "SplitToSequence", "SequenceConstruct", "SequenceEmpty", "SequenceInsert", "SequenceErase",
    ]

    public init() {}

    /// Whether the graph has any of the operators. O(nodes).
    public static func concerns(_ model: Model) -> Bool {
        model.graph.nodes.contains { readers.contains(where: $0.isStandard) }
    }

    public func run(_ model: inout Model) -> [String] {
        guard model.opset >= ConvertOpset.leastTarget else { return [] }
        let sequences = Sequences(model.graph)
        let changes = Expansion.run(&model) { node, expansion in
            guard Self.readers.contains(where: node.isStandard) else { return nil }
            return sequences.replacement(for: node, &expansion).map { [$0] }
        }
        if !changes.isEmpty { Self.removeUnread(&model.graph) }
        return changes
    }

    /// Removes what made sequences that nothing reads any more.
    private static func removeUnread(_ graph: inout Graph) {
        var read = Set(graph.outputs.map(\.name)), kept: [Node] = []
        for node in graph.nodes.reversed() {
            if makers.contains(where: node.isStandard), !node.outputs.contains(where: read.contains) { continue }
            read.formUnion(node.valuesRead)
            kept.append(node)
        }
        graph.nodes = kept.reversed()
    }
}

/// The sequences of a graph, as far as its nodes tell what is in them.
private struct Sequences {
    /// One tensor of a sequence: a value, or a range of its positions along an axis.
    private struct Member {
        let source: String
        var axis = 0
        var range: Range<Int>?
        var keepsAxis = true
    }

    /// The most tensors that are told apart.
    private static let mostMembers = 4096

    private let graph: Graph
    private let index: GraphIndex

    init(_ graph: Graph) { (self.graph, index) = (graph, GraphIndex(graph)) }

    /// Adds what takes the place of a node that reads a sequence, and returns the result; `nil` where it stays.
    func replacement(for node: Node, _ expansion: inout Expansion) -> String? {
        guard let sequence = node.inputs.first else { return nil }
        switch node.opType {
        case "SequenceAt":
            guard let position = node.input(1).flatMap({ number($0, expansion) }),
                let member = member(position, of: sequence, expansion)
            else { return nil }
            return Self.add(member, &expansion)
        case "SequenceLength":
            guard let members = members(of: sequence, expansion) else { return nil }
            return expansion.add("Identity", [expansion.constant(Tensor(scalar: Int64(members.count)))])
        case "ConcatFromSequence":
            guard let axis = node.int("axis"), let members = members(of: sequence, expansion), !members.isEmpty
            else { return nil }
            var values = members.map { Self.add($0, &expansion) }
            if node.int("new_axis") ?? 0 != 0 {
                let axes = expansion.constant(Tensor([Int64(axis)], [1]))
                values = values.map { expansion.add("Unsqueeze", [$0, axes]) }
            }
            return expansion.add("Concat", values, attributes: [Attribute("axis", axis)])
        default: return nil
        }
    }

    private static func add(_ member: Member, _ expansion: inout Expansion) -> String {
        guard let range = member.range else { return expansion.add("Identity", [member.source]) }
        guard member.keepsAxis else {
            let position = expansion.constant(Tensor(scalar: Int64(range.lowerBound)))
            return expansion.add("Gather", [member.source, position], attributes: [Attribute("axis", member.axis)])
        }
        let bounds = [range.lowerBound, range.upperBound, member.axis].map { expansion.constant(Tensor([Int64($0)], [1])) }
        return expansion.add("Slice", [member.source] + bounds)
    }

    /// A member, counted from the end where `position` is negative. Of a tensor that is split the first are known even where
    /// their number is not.
    private func member(_ position: Int, of sequence: String, _ expansion: Expansion) -> Member? {
        if let node = maker(of: sequence), node.opType == "SplitToSequence", (0...Int(Int32.max)).contains(position) {
            return sizes(node, expansion).flatMap { part(position, of: node, $0) }
        }
        guard let members = members(of: sequence, expansion) else { return nil }
        let place = position < 0 ? position + members.count : position
        return members.indices.contains(place) ? members[place] : nil
    }

    private func members(of sequence: String, _ expansion: Expansion) -> [Member]? {
        guard let node = maker(of: sequence) else { return nil }
        switch node.opType {
        case "SplitToSequence":
            guard let sizes = sizes(node, expansion), let count = sizes.count(extent(node, expansion)),
                count <= Self.mostMembers
            else { return nil }
            let parts = (0..<count).compactMap { part($0, of: node, sizes) }
            return parts.count == count ? parts : nil
        case "SequenceConstruct": return node.inputs.map { Member(source: $0) }
        case "SequenceEmpty": return []
        case "SequenceInsert":
            guard var members = members(of: node.inputs[0], expansion), members.count < Self.mostMembers,
                let tensor = node.input(1), let place = place(node.input(2), last: members.count, members.count, expansion),
                (0...members.count).contains(place)
            else { return nil }
            members.insert(Member(source: tensor), at: place)
            return members
        case "SequenceErase":
            guard var members = members(of: node.inputs[0], expansion),
                let place = place(node.input(1), last: members.count - 1, members.count, expansion),
                members.indices.contains(place)
            else { return nil }
            members.remove(at: place)
            return members
        case "Identity": return members(of: node.inputs[0], expansion)
        default: return nil
        }
    }

    private func maker(of sequence: String) -> Node? {
        guard let node = index.producer[sequence].map({ graph.nodes[$0] }), node.isStandard(node.opType),
            !node.inputs.isEmpty || node.opType == "SequenceEmpty"
        else { return nil }
        return node
    }

    // MARK: Positions and sizes

    private func number(_ value: String, _ expansion: Expansion) -> Int? {
        expansion.facts(value)?.constant?.integers?.first
    }

    /// The position among `count` that a constant names, or `last` where no value does.
    private func place(_ value: String?, last: Int, _ count: Int, _ expansion: Expansion) -> Int? {
        guard let value else { return last }
        return number(value, expansion).map { $0 < 0 ? $0 + count : $0 }
    }

    /// How a tensor is split: into parts of one size, the last maybe smaller, or into parts of their own sizes.
    private enum Sizes {
        case equal(Int)
        case own([Int])

        func count(_ extent: Int?) -> Int? {
            switch self {
            case .equal(let size): extent.map { ($0 + size - 1) / size }
            case .own(let sizes): sizes.count
            }
        }
    }

    private func sizes(_ node: Node, _ expansion: Expansion) -> Sizes? {
        guard let split = node.input(1) else { return .equal(1) }
        guard let constant = expansion.facts(split)?.constant, let sizes = constant.integers,
            sizes.allSatisfy({ (0...Int(Int32.max)).contains($0) })
        else { return nil }
        guard constant.extents.isEmpty else { return .own(sizes) }
        return sizes.first.flatMap { $0 > 0 ? .equal($0) : nil }
    }

    /// One part of what a SplitToSequence node splits.
    private func part(_ position: Int, of node: Node, _ sizes: Sizes) -> Member? {
        let axis = node.int("axis") ?? 0, keepsAxis = node.input(1) != nil || node.int("keepdims") ?? 1 != 0
        switch sizes {
        case .equal(let size):
            let range = position * size..<(position + 1) * size
            return Member(source: node.inputs[0], axis: axis, range: range, keepsAxis: keepsAxis)
        case .own(let sizes) where position < sizes.count:
            let start = sizes[..<position].reduce(0, +)
            return Member(source: node.inputs[0], axis: axis, range: start..<start + sizes[position])
        case .own: return nil
        }
    }

    /// The extent of the axis that the node splits.
    private func extent(_ node: Node, _ expansion: Expansion) -> Int? {
        guard let shape = expansion.shape(node.inputs[0]) else { return nil }
        let axis = node.int("axis") ?? 0, place = axis < 0 ? axis + shape.rank : axis
        guard (0..<shape.rank).contains(place), let extent = shape[place].value, extent <= Int(Int32.max)
        else { return nil }
        return extent
    }
}

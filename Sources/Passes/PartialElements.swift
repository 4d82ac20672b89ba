internal import GraphIR
internal import Operators

/// What is known of the elements that a node makes of a shape whose extents are known in part.
///
/// Numbers stand for what is not known, first some, then others. An element that is the same both times does not depend
/// on them; one that is the number standing for a symbol both times is that symbol.
struct PartialElements {
    /// More elements than a shape has.
    private static let mostElements = 64
    /// The inputs whose elements may be unknown, the others being constant, of operators that hide nothing.
    private enum Readers { case data, branches, all }
    private static let operators: [String: Readers] = [
        "Identity": .data, "Cast": .data, "Gather": .data, "Slice": .data, "Squeeze": .data, "Unsqueeze": .data,
        "Reshape": .data, "Concat": .all, "Add": .all, "Sub": .all, "Mul": .all, "Equal": .all, "Where": .branches,
    ]

    private let node: Node
    private let opset: Int
    private let inputs: [Facts?]
    /// What numbers stand for, in the order in which they are first met.
    private let unknown: [Dimension]

    /// The elements of the node's only output, a vector or scalar; `nil` where no input is known in part or the operator
    /// may hide what it depends on.
    static func infer(_ node: Node, opset: Int, inputs: [Facts?], output: Facts) -> [Dimension]? {
        guard inputs.contains(where: { $0?.elements != nil }), node.isStandard(node.opType), node.outputs.count == 1,
            output.constant == nil, [.int32, .int64, .bool].contains(output.elementType),
            let extents = output.knownExtents, extents.count <= 1, extents.reduce(1, *) <= mostElements,
            let partial = PartialElements(node, opset: opset, inputs)
        else { return nil }
        return partial.elements()
    }

    private init?(_ node: Node, opset: Int, _ inputs: [Facts?]) {
        guard let readers = Self.operators[node.opType] else { return nil }
        for (index, input) in inputs.enumerated() where input?.constant == nil {
            let mayBeUnknown = readers == .all || (index == 0) == (readers == .data)
            guard let input, input.elements != nil, mayBeUnknown else { return nil }
        }
        if node.opType == "Equal", !Self.isDecided(inputs.map { $0?.integers ?? [] }) { return nil }
        (self.node, self.opset, self.inputs) = (node, opset, inputs)
        unknown = inputs.flatMap { $0?.elements ?? [] }.filter { $0.value == nil }
    }

    /// Whether equality does not depend on what is unknown: an extent differs from every negative number.
    private static func isDecided(_ sides: [[Dimension]]) -> Bool {
        guard sides.count == 2, let count = sides.map(\.count).max(), sides.allSatisfy({ [1, count].contains($0.count) })
        else { return false }
        return (0..<count).allSatisfy { index in
            let pair = sides.map { ($0.count == 1 ? $0[0] : $0[index]).value }
            return pair.allSatisfy { $0 != nil } || pair.contains { $0.map { $0 < 0 } ?? false }
        }
    }

    private func elements() -> [Dimension]? {
        let first = standIns(from: 10_007, by: 101), second = standIns(from: 20_011, by: 211)
        guard let a = result(first), let b = result(second) else { return nil }
        return zip(a, b).map { a, b in
            if a == b { return .known(a) }
            let place = zip(first, second).enumerated().first { $0.element == (a, b) }?.offset
            return place.map { unknown[$0] } ?? .unknown
        }
    }

    /// A number for each unknown element, the same for the same symbol.
    private func standIns(from start: Int, by step: Int) -> [Int] {
        unknown.enumerated().map { index, dimension in
            let place = dimension == .unknown ? index : unknown.firstIndex(of: dimension) ?? index
            return start + step * place
        }
    }

    private func result(_ standIns: [Int]) -> [Int]? {
        var rest = standIns[...]
        let tensors = inputs.map { input -> Tensor? in
            guard let input, let elements = input.elements else { return input?.constant }
            let values = elements.map { $0.value ?? rest.popFirst() ?? 0 }
            return Tensor(integers: values, input.knownExtents ?? [values.count], of: input.elementType)
        }
        guard let outputs = try? OperatorTable.evaluate(node, opset: opset, inputs: tensors) else { return nil }
        return outputs.first.flatMap { $0?.integers }
    }
}

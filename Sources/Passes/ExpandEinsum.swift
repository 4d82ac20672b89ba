public import GraphIR
internal import Operators

/// Makes a matrix product of an Einsum that is one, so that it can be quantized.
///
/// - Before: `x, w -> Einsum -> y`, as for `abc,cde->abde`, `bhid,bhjd->bhij` or `bihd,jhd->bhij`.
/// - After: `x -> Transpose -> Reshape`, `w -> Transpose -> Reshape`, both `-> MatMul -> Reshape -> Transpose -> y`, each
///   but the MatMul only where it does something.
/// - Conditions: two float operands of known rank. No letter stands twice in one of them. A letter that only one of them
///   has is in the result, and each has such a one: they count rows and columns. At least one letter is summed over, and
///   its two extents are known to agree. Where letters must be joined, as the columns' two are in the first example, the
///   operands share no letter that the result has, and extents are known but those of the rows.
/// - Formula: `y[b, m, n] = sum over k of x[b, m, k] * w[b, k, n]`, where each of these may stand for several letters.
/// - Source: the definitions of Einsum and MatMul.
public struct ExpandEinsum: Pass {
    public static let name = "expand-einsum"
    public static let operators: [String]? = ["Einsum"]

    public init() {}

    public func run(_ model: inout Model) -> [String] {
        Expansion.run(&model) { node, expansion in
            guard node.isStandard("Einsum"), let product = EinsumProduct.of(node, expansion) else { return nil }
            return [product.expand(&expansion)]
        }
    }
}

/// An Einsum as a matrix product.
private struct EinsumProduct {
    private struct Operand {
        let name: String
        let shape: Shape
        let labels: [EinsumLabel]
        /// The axes in the order that the product wants.
        var order: [EinsumLabel] = []
        /// The shape that joins axes, where some are; 0 for one that stays.
        var joined: [Int]?

        func dimension(_ label: EinsumLabel) -> Dimension { shape[labels.firstIndex(of: label) ?? 0] }
    }

    private var rows: Operand, columns: Operand
    /// The axes of the product, and the shape that parts those that were joined.
    private let order: [EinsumLabel]
    private var parted: [Int]?
    private let result: [EinsumLabel]

    /// The columns are a constant's, where one operand is, else those that stand last in the result: no Transpose then.
    static func of(_ node: Node, _ expansion: Expansion) -> EinsumProduct? {
        let known = node.inputs.compactMap(expansion.facts), shapes = known.compactMap(\.shape)
        guard shapes.count == 2, node.inputs.count == 2, known.allSatisfy(\.elementType.isFloatingPoint),
            let text = node.string("equation"),
            let (labels, result) = try? EinsumEquation(text).bound(ranks: shapes.map(\.rank)),
            labels.allSatisfy({ Set($0).count == $0.count })
        else { return nil }
        let operands = (0..<2).map { Operand(name: node.inputs[$0], shape: shapes[$0], labels: labels[$0]) }
        let last = result.last { labels[0].contains($0) != labels[1].contains($0) }
        let isSwapped = known[1].constant == nil
            && (known[0].constant != nil || last.map(labels[0].contains) == true)
        let orders = isSwapped ? [(1, 0), (0, 1)] : [(0, 1), (1, 0)]
        return orders.lazy.compactMap { EinsumProduct(rows: operands[$0], columns: operands[$1], result: result) }.first
    }

    private init?(rows: Operand, columns: Operand, result: [EinsumLabel]) {
        (self.rows, self.columns, self.result) = (rows, columns, result)
        let shared = Set(rows.labels).intersection(columns.labels)
        let batch = result.filter(shared.contains)
        let inner = rows.labels.filter { shared.contains($0) && !result.contains($0) }
        let high = result.filter { rows.labels.contains($0) && !shared.contains($0) }
        let wide = result.filter { columns.labels.contains($0) && !shared.contains($0) }
        guard !inner.isEmpty, !high.isEmpty, !wide.isEmpty,
            batch.count + high.count + inner.count == rows.labels.count,
            batch.count + wide.count + inner.count == columns.labels.count,
            inner.allSatisfy({ rows.dimension($0) == columns.dimension($0) && rows.dimension($0) != .unknown })
        else { return nil }
        // Rows that have letters besides stand once for each of these, over which the columns broadcast.
        let repeated = batch.isEmpty ? [] : high.dropLast(), kept = high.dropFirst(repeated.count)
        self.rows.order = repeated + batch + kept + inner
        self.columns.order = batch + inner + wide
        order = repeated + batch + kept + wide
        guard inner.count > 1 || wide.count > 1 else { return }
        let inside = inner.compactMap { columns.dimension($0).value }
        let across = wide.compactMap { columns.dimension($0).value }
        guard batch.isEmpty, inside.count == inner.count, across.count == wide.count,
            (inside + across).allSatisfy({ $0 > 0 }), let sum = Shape(inside).elementCount,
            let width = Shape(across).elementCount
        else { return nil }
        let same = Array(repeating: 0, count: high.count)
        self.rows.joined = inner.count > 1 ? same + [sum] : nil
        self.columns.joined = [sum, width]
        parted = wide.count > 1 ? same + across : nil
    }

    /// Adds the nodes, and returns the result.
    func expand(_ expansion: inout Expansion) -> String {
        let operands = [rows, columns].map { operand in
            let ordered = Self.ordered(operand.name, operand.labels, operand.order, &expansion)
            return Self.shaped(ordered, operand.joined, &expansion)
        }
        let product = Self.shaped(expansion.add("MatMul", operands), parted, &expansion)
        return Self.ordered(product, order, result, &expansion)
    }

    private static func ordered(
        _ value: String, _ labels: [EinsumLabel], _ wanted: [EinsumLabel], _ expansion: inout Expansion
    ) -> String {
        guard labels != wanted else { return value }
        let order = wanted.compactMap(labels.firstIndex)
        return expansion.add("Transpose", [value], attributes: [Attribute("perm", order)])
    }

    private static func shaped(_ value: String, _ shape: [Int]?, _ expansion: inout Expansion) -> String {
        guard let shape else { return value }
        return expansion.add("Reshape", [value, expansion.constant(Tensor(shape.map(Int64.init), [shape.count]))])
    }
}

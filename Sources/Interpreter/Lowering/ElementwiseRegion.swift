internal import GraphIR
internal import Operators

/// What a QuantizeLinear node reads, computed element by element from one value on an 8-bit grid and constants: an
/// activation, be it written out in many nodes, with scalings before and behind it.
struct ElementwiseRegion {
    /// The integers that it begins with.
    let source: QuantizedValue
    /// What literal execution makes of them: dequantization, the nodes one after the other, quantization.
    private let function: ElementwiseFunction
    /// The extents that the constants are broadcast to; one of them may be above 1.
    private let extents: [Int]

    private static let mostNodes = 32
    private static let mostTables = 4096

    /// `nil` where the node reads anything else, or where what lies between is read or watched elsewhere, too. O(nodes
    /// between).
    init?(endingAt quantize: Int, in context: inout LoweringContext) {
        let last = context.graph.nodes[quantize]
        var open = Array(last.inputs.prefix(1)), between: Set<Int> = [], dequantizing: Set<Int> = []
        var source: QuantizedValue?, extents: [Int] = []
        while let value = open.popLast() {
            if let constant = context.constant(value) {
                guard let both = Self.broadcast(extents, constant.extents) else { return nil }
                extents = both
                continue
            }
            guard let position = context.index.producer[value] else { return nil }
            let node = context.graph.nodes[position]
            if node.isStandard("DequantizeLinear") {
                guard let grid = context.dequantized(value), grid.is8Bit, grid.isPerTensor, grid.constant == nil,
                    source.map({ $0.name == grid.name && $0.sharesGrid(with: grid) }) ?? true
                else { return nil }
                source = grid
                dequantizing.insert(position)
            } else if between.insert(position).inserted {
                guard between.count <= Self.mostNodes, node.outputs.count == 1,
                    OperatorTable.isElementwise(node, opset: context.opset)
                else { return nil }
                open += node.inputs.filter { !$0.isEmpty }
            }
        }
        let readers = between.union([quantize])
        guard let source, extents.count(where: { $0 != 1 }) <= 1,
            (1...Self.mostTables).contains(extents.reduce(1, *)),
            between.allSatisfy({ context.isPrivate(context.graph.nodes[$0].outputs[0], to: readers) })
        else { return nil }
        (self.source, self.extents) = (source, extents)
        function = context.function(
            of: dequantizing.sorted() + between.sorted() + [quantize], from: source.name, to: last.outputs[0])
    }

    /// The function as the operator Table has it: along the first axis what it gives for each integer, from the least
    /// on, along the others the constants. `nil` where the nodes cannot be computed.
    func table() -> Tensor? {
        guard let range = source.elementType.integerRange else { return nil }
        let repeats = extents.reduce(1, *), all = [range.count] + extents
        let integers = range.flatMap { Array(repeating: $0, count: repeats) }
        let table = try? function(source.bytes(integers, all))
        return table?.extents == all ? table : nil
    }

    /// What constants of these extents are broadcast to together; `nil` where they do not go together.
    private static func broadcast(_ a: [Int], _ b: [Int]) -> [Int]? {
        let rank = max(a.count, b.count)
        func aligned(_ extents: [Int]) -> [Int] { Array(repeating: 1, count: rank - extents.count) + extents }
        let pairs = zip(aligned(a), aligned(b))
        return pairs.allSatisfy { $0 == $1 || $0 == 1 || $1 == 1 } ? pairs.map { $0 == 1 ? $1 : $0 } : nil
    }
}

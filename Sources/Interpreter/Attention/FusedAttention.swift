internal import GraphIR
internal import Kernels
internal import Operators

/// `softmax(scale * Q transpose(K) + addend) V` in one step, for every index of the axes before the last two. Inputs
/// are what Q, K and V are views of, and the addend.
struct FusedAttention: Operator {
    static let signature = OperatorSignature("Attention", domain: "onnxq")

    /// [..., rows, depth], [..., depth, keys] and [..., keys, width], axes before the last two broadcast.
    private let query: StridedView
    private let key: StridedView
    private let value: StridedView
    private let addend: StridedView?
    private let scale: Float
    /// The product's elements [..., rows, width] in the output.
    private let result: StridedView

    /// More heads than this would take more memory for their places than they save.
    private static let mostHeads = 1 << 16

    /// Throws where extents do not fit each other, the columns of the result lie apart or there are too many heads.
    init(
        query: StridedView, key: StridedView, value: StridedView, addend: StridedView?, scale: Float,
        result: StridedView
    ) throws(OperatorFault) {
        let rank = result.extents.count
        guard rank >= 2, [query, key, value].allSatisfy({ $0.extents.count >= 2 }), result.strides[rank - 1] == 1,
            !result.extents.contains(0), query.columns > 0, key.columns > 0, query.columns == key.rows,
            key.columns == value.rows, result.extents.dropLast(2).reduce(1, *) <= Self.mostHeads
        else { throw .shape("operands of attention do not fit each other") }
        (self.query, self.key, self.value, self.addend) = (query, key, value, addend)
        (self.scale, self.result) = (scale, result)
    }

    init(_ node: Node, opset: Int) throws { throw OperatorFault.unsupported("no node is made of it") }

    func infer(_ inputs: Inputs) throws -> [Facts] { [Facts(.float32, extents: result.extents)] }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let batch = Array(result.extents.dropLast(2))
        let rank = key.extents.count, keyRows = key.transposed(Array(0..<rank - 2) + [rank - 1, rank - 2])
        let loop = AttentionLoop(
            .init(rows: result.rows, keys: key.columns, depth: query.columns, width: result.columns), scale: scale,
            query: query.matrices(batch), key: keyRows.matrices(batch), value: value.matrices(batch),
            addend: addend?.matrices(batch), result: result.matrices(batch))
        return Kernel(scratchBytes: loop.scratchBytes) { arguments in
            loop.run(
                query: arguments.input(0), key: arguments.input(1), value: arguments.input(2),
                addend: arguments.rawInput(3)?.assumingMemoryBound(to: Float.self), result: arguments.output(0),
                scratch: arguments.scratch)
        }
    }
}

extension StridedView {
    fileprivate var rows: Int { extents[extents.count - 2] }
    fileprivate var columns: Int { extents[extents.count - 1] }

    /// The matrices of the last two axes, for every index of the `batch` axes that those before them broadcast to.
    /// O(matrices).
    fileprivate func matrices(_ batch: [Int]) -> AttentionLoop.Matrices {
        let whole = broadcast(to: batch + extents.suffix(2))
        var heads = [offset]
        for (extent, stride) in zip(batch, whole.strides) {
            heads = heads.flatMap { head in (0..<extent).map { head + $0 * stride } }
        }
        return .init(heads: heads, row: strides[extents.count - 2], column: strides[extents.count - 1])
    }
}

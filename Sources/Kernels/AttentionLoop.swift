internal import CKernels

/// `softmax(scale * Q transpose(K) + addend) V` for many heads, float32. Scores stay in the cache: a thread computes
/// blocks of a head's rows one after the other.
///
/// `@unchecked`: `attention` holds an address only in the copy that `run` makes.
public struct AttentionLoop: @unchecked Sendable {
    /// How the matrices of an operand lie, in elements: the first of each head, and the steps from one row and from one
    /// column to the next.
    public struct Matrices: Sendable {
        public var heads: [Int]
        public var row: Int
        public var column: Int

        public init(heads: [Int], row: Int, column: Int) {
            (self.heads, self.row, self.column) = (heads, row, column)
        }
    }

    /// The extents of every head's matrices, none of them 0: Q [rows, depth], K [keys, depth], V [keys, width].
    public struct Extents: Sendable {
        public var rows: Int
        public var keys: Int
        public var depth: Int
        public var width: Int

        public init(rows: Int, keys: Int, depth: Int, width: Int) {
            (self.rows, self.keys, self.depth, self.width) = (rows, keys, depth, width)
        }
    }

    /// Below this many multiply-accumulates one thread is faster than several.
    private static let leastSharedWork = 1 << 20

    private var attention = ck_attention()
    private let heads: [ck_attention_head]
    private let parts: Int

    /// All operands have as many heads; the result's columns are neighbours.
    public init(
        _ extents: Extents, scale: Float, query: Matrices, key: Matrices, value: Matrices, addend: Matrices?,
        result: Matrices
    ) {
        heads = result.heads.indices.map { head in
            ck_attention_head(
                query: Int64(query.heads[head]), key: Int64(key.heads[head]), value: Int64(value.heads[head]),
                addend: Int64(addend?.heads[head] ?? 0), result: Int64(result.heads[head]))
        }
        (attention.rows, attention.keys) = (Int64(extents.rows), Int64(extents.keys))
        (attention.depth, attention.width) = (Int64(extents.depth), Int64(extents.width))
        (attention.query, attention.key, attention.value) = (query.steps, key.steps, value.steps)
        attention.addend = addend?.steps ?? ck_matrix_steps()
        attention.result_row = Int64(result.row)
        attention.scale = scale
        attention.head_count = Int64(heads.count)
        let work = Double(heads.count * extents.rows) * Double(extents.keys) * Double(extents.depth + extents.width)
        parts = work < Double(Self.leastSharedWork) ? 1 : min(Int(ck_threads()), Int(ck_attention_blocks(&attention)))
    }

    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int { parts * withUnsafePointer(to: attention) { ck_attention_scratch_bytes($0) } }

    /// Computes all heads; the addend is there where `init` was given one. O(heads * rows * keys * (depth + width)).
    public func run(
        query: UnsafePointer<Float>, key: UnsafePointer<Float>, value: UnsafePointer<Float>,
        addend: UnsafePointer<Float>?, result: UnsafeMutablePointer<Float>, scratch: UnsafeMutableRawPointer
    ) {
        heads.withUnsafeBufferPointer { heads in
            var attention = attention
            attention.heads = heads.baseAddress
            ck_attend(&attention, query, key, value, addend, result, scratch, Int32(parts))
        }
    }
}

extension AttentionLoop.Matrices {
    fileprivate var steps: ck_matrix_steps { ck_matrix_steps(row: Int64(row), column: Int64(column)) }
}

internal import GraphIR
internal import Kernels

/// The shapes of a matrix product as NumPy's matmul defines it: operands of rank 1 are a row or a column, axes before
/// the last two are broadcast.
struct ProductGeometry: Sendable {
    /// At least rank 2 each, of one rank, batch axes first.
    private(set) var a: [Dimension]
    private(set) var b: [Dimension]
    /// The output, without the axes that an operand of rank 1 does not have.
    let output: Shape
    private var batch: [Dimension]

    /// `aIndex` and `bIndex` are the operands' places among the node's inputs. Throws where they do not fit each other.
    init(_ a: Shape, _ b: Shape, aIndex: Int = 0, bIndex: Int = 1) throws(OperatorFault) {
        for (shape, index) in [(a, aIndex), (b, bIndex)] where shape.rank == 0 {
            throw .rank(input: index, got: 0, expected: "at least 1")
        }
        var rows = a.dimensions, columns = b.dimensions
        if rows.count == 1 { rows.insert(1, at: 0) }
        if columns.count == 1 { columns.append(1) }
        if let k = rows[rows.count - 1].value, let other = columns[columns.count - 2].value, k != other {
            throw .shape("the first operand \(a) has \(k) columns, the second \(b) has \(other) rows")
        }
        let rank = max(rows.count, columns.count)
        rows = Array(repeating: 1, count: rank - rows.count) + rows
        columns = Array(repeating: 1, count: rank - columns.count) + columns
        batch = []
        for axis in 0..<rank - 2 {
            guard let common = rows[axis].broadcast(with: columns[axis]) else {
                throw .shape("the batch axes of \(a) and \(b) do not broadcast")
            }
            batch.append(common)
        }
        var dimensions = batch
        if a.rank > 1 { dimensions.append(rows[rank - 2]) }
        if b.rank > 1 { dimensions.append(columns[rank - 1]) }
        (self.a, self.b, output) = (rows, columns, Shape(dimensions))
    }

    /// The extents, all known, with batch axes joined where both operands walk them alike, and the rows of all batches
    /// in one matrix where the second operand has a single one.
    func bound() -> BoundProduct {
        let a = a.map { $0.value ?? 0 }, b = b.map { $0.value ?? 0 }, rank = a.count
        var product = BoundProduct(m: a[rank - 2], k: a[rank - 1], n: b[rank - 1], a: [], b: [])
        for axis in 0..<rank - 2 where a[axis] != 1 || b[axis] != 1 {
            if let last = product.a.indices.last, (product.a[last] == 1) == (a[axis] == 1),
                (product.b[last] == 1) == (b[axis] == 1)
            {
                product.a[last] *= a[axis]
                product.b[last] *= b[axis]
            } else {
                product.a.append(a[axis])
                product.b.append(b[axis])
            }
        }
        if product.b.allSatisfy({ $0 == 1 }) {
            product.m *= product.a.reduce(1, *)
            (product.a, product.b) = ([], [])
        }
        return product
    }
}

/// A matrix product of known extents: [batch..., m, k] x [batch..., k, n], batch extents equal or 1.
struct BoundProduct: Sendable {
    var m: Int
    var k: Int
    var n: Int
    /// Batch extents of the operands.
    var a: [Int]
    var b: [Int]

    var batch: [Int] { zip(a, b).map { $0 == 1 ? $1 : $0 } }

    /// The same for row-major operands in the kernels' terms.
    var shape: ProductShape {
        ProductShape(source: a + [m, k], weights: b + [k, n], destination: batch + [m, n])
    }

    /// For every matrix of the output, in order, the numbers of the matrices it is the product of. O(matrices).
    var pairs: [(a: Int, b: Int)] {
        var pairs = [(a: 0, b: 0)]
        for (i, j) in zip(a, b) {
            pairs = pairs.flatMap { pair in
                (0..<max(i, j)).map { (pair.a * i + (i == 1 ? 0 : $0), pair.b * j + (j == 1 ? 0 : $0)) }
            }
        }
        return pairs
    }
}

extension Dimension {
    /// The dimension that this and another give by broadcasting; `nil` where they do not fit.
    fileprivate func broadcast(with other: Dimension) -> Dimension? {
        if self == 1 { return other }
        if other == 1 || self == other { return self }
        if value != nil && other.value != nil { return nil }
        return value != nil ? self : other.value != nil ? other : .unknown
    }
}

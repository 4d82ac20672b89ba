internal import CKernels

/// A dense row-major float32 matrix that may be changed in place.
///
/// Sums are in a fixed order: results are the same on every processor and with any number of threads. Threads may
/// read one matrix together, or write to it apart from each other.
public final class Matrix: @unchecked Sendable {
    /// Elements below which one thread handles all.
    private static let leastShared = 1 << 15

    public let rows: Int
    public let columns: Int
    private let memory: AlignedMemory
    /// The elements, row-major.
    public var elements: UnsafeMutableBufferPointer<Float> {
        UnsafeMutableBufferPointer(
            start: memory.base.assumingMemoryBound(to: Float.self), count: rows * columns)
    }
    public var base: UnsafeMutablePointer<Float> { memory.base.assumingMemoryBound(to: Float.self) }

    private init(rows: Int, columns: Int, in memory: AlignedMemory) {
        (self.rows, self.columns, self.memory) = (rows, columns, memory)
    }

    /// A matrix whose elements are all to be written before they are read.
    public convenience init(unwrittenRows rows: Int, columns: Int) {
        self.init(
            rows: rows, columns: columns, in: AlignedMemory(count: rows * columns * MemoryLayout<Float>.stride))
    }

    /// A matrix of zeros.
    public convenience init(rows: Int, columns: Int) {
        self.init(unwrittenRows: rows, columns: columns)
        base.initialize(repeating: 0, count: rows * columns)
    }

    /// The first rows: the same elements, no copy.
    public func prefix(_ rows: Int) -> Matrix {
        precondition(rows >= 0 && rows <= self.rows, "rows of a matrix")
        return Matrix(rows: rows, columns: columns, in: memory)
    }

    public subscript(row: Int, column: Int) -> Float {
        get { base[row * columns + column] }
        set { base[row * columns + column] = newValue }
    }

    /// A copy.
    public func copy() -> Matrix {
        let result = Matrix(unwrittenRows: rows, columns: columns)
        result.base.update(from: base, count: rows * columns)
        return result
    }

    /// A copy of the rows at `positions`.
    public func rows(_ positions: [Int]) -> Matrix {
        let result = Matrix(unwrittenRows: positions.count, columns: columns)
        for (row, position) in positions.enumerated() {
            (result.base + row * columns).update(from: base + position * columns, count: columns)
        }
        return result
    }

    /// A copy whose columns are those at `positions`. O(rows * positions).
    public func columns(_ positions: [Int]) -> Matrix {
        let result = Matrix(unwrittenRows: rows, columns: positions.count)
        nonisolated(unsafe) let (base, target) = (base, result.base)
        KernelThreads.share(rows, least: Self.leastShared / max(columns, 1)) { [columns] in
            for row in $0 {
                let source = base + row * columns, target = target + row * positions.count
                for (index, position) in positions.enumerated() { target[index] = source[position] }
            }
        }
        return result
    }

    /// The sum of squares of each column, summed in double precision.
    public var columnEnergies: [Float] {
        var sums = [Double](repeating: 0, count: columns)
        sums.withUnsafeMutableBufferPointer {
            nonisolated(unsafe) let (base, sums) = (base, $0)
            KernelThreads.share(columns, least: Self.leastShared / max(rows, 1)) { [rows, columns] in
                for row in 0..<rows {
                    let source = base + row * columns
                    for column in $0 { sums[column] += Double(source[column]) * Double(source[column]) }
                }
            }
        }
        return sums.map { Float($0) }
    }

    /// Takes `offsets`, one a column, from every row.
    public func subtractFromRows(_ offsets: [Float]) {
        precondition(offsets.count == columns, "one offset a column")
        nonisolated(unsafe) let base = base
        KernelThreads.share(rows, least: Self.leastShared / max(columns, 1)) { [columns] in
            for row in $0 {
                let target = base + row * columns
                for column in 0..<columns { target[column] -= offsets[column] }
            }
        }
    }

    /// Adds `scale * other`.
    public func add(_ other: Matrix, scale: Float = 1) {
        precondition(other.rows == rows && other.columns == columns, "extents of a sum")
        GradientKernels.add(rows * columns, scale: scale, other.base, to: base)
    }

    /// Adds `scale * a * b`.
    public func add(_ a: Matrix, times b: Matrix, scale: Float = 1) {
        precondition(a.rows == rows, "extents of a product")
        add(a, times: b, scale: scale, firstRow: 0)
    }

    /// Adds `scale * a * b` to the rows from `firstRow` on.
    public func add(_ a: Matrix, times b: Matrix, scale: Float = 1, firstRow: Int) {
        precondition(
            firstRow >= 0 && firstRow + a.rows <= rows && a.columns == b.rows && b.columns == columns,
            "extents of a product")
        ck_add_product(
            Int64(a.rows), Int64(columns), Int64(a.columns), scale, a.base, Int64(a.columns), 1, b.base,
            Int64(columns), base + firstRow * columns, Int64(columns))
    }

    /// Adds `scale * transpose(a) * b`.
    public func add(transposed a: Matrix, times b: Matrix, scale: Float = 1) {
        precondition(a.columns == rows && a.rows == b.rows && b.columns == columns, "extents of a product")
        ck_add_product(
            Int64(rows), Int64(columns), Int64(a.rows), scale, a.base, 1, Int64(a.columns), b.base,
            Int64(columns), base, Int64(columns))
    }

    /// Adds `transpose(a) * a` to the lower triangle; what is above the diagonal is not to be read after.
    public func addSquare(of a: Matrix) {
        precondition(a.columns == rows && rows == columns, "extents of a product")
        for start in stride(from: 0, to: rows, by: 128) {
            let end = min(start + 128, rows)
            ck_add_product(
                Int64(rows - start), Int64(end - start), Int64(a.rows), 1, a.base + start, 1, Int64(a.columns),
                a.base + start, Int64(a.columns), base + start * columns + start, Int64(columns))
        }
    }

    /// Replaces the lower triangle of this symmetric matrix by R with R * transpose(R) equal to it. Returns whether it is
    /// positive definite; where not, the contents are lost.
    public func factor() -> Bool {
        precondition(rows == columns, "only square matrices have a Cholesky factor")
        return ck_cholesky(Int64(rows), base)
    }

    /// Solves R * transpose(R) * x = b, where this is R from `factor`; `b` becomes x.
    public func solve(_ b: Matrix) {
        precondition(rows == columns && b.rows == rows, "extents of a system of equations")
        ck_cholesky_solve(Int64(rows), Int64(b.columns), base, b.base)
    }
}

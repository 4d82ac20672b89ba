/// What is added to the float results of an integer product, the columns' first, each rounded on its own.
public struct FloatAddends {
    /// One value a column (with channels last, a channel); `nil` for nothing.
    public var columns: UnsafePointer<Float>?
    /// One value for each result, in the order of the results; `nil` for nothing.
    public var elements: UnsafePointer<Float>?

    public init(columns: UnsafePointer<Float>? = nil, elements: UnsafePointer<Float>? = nil) {
        (self.columns, self.elements) = (columns, elements)
    }

    /// The same for results from `offset` on.
    public func advanced(by offset: Int) -> FloatAddends {
        FloatAddends(columns: columns, elements: elements.map { $0 + offset })
    }

    /// Adds to dense float32 results of `[rows, columns]`.
    func add(to results: UnsafeMutableRawPointer, rows: Int, columns count: Int) {
        let y = results.assumingMemoryBound(to: Float.self)
        if let columns { addScaled(rows: rows, columns: count, alpha: 1, y, beta: 1, columns, strides: (0, 1)) }
        if let elements { addScaled(rows: rows, columns: count, alpha: 1, y, beta: 1, elements, strides: (count, 1)) }
    }
}

internal import GraphIR

extension Facts {
    /// The shape of a spatial operator's data: batch, channels and `spatial` axes more. `nil` where no rank is known.
    func spatialShape(input index: Int, axes: ClosedRange<Int> = 1...3) throws(OperatorFault) -> Shape? {
        guard let shape else { return nil }
        guard axes.contains(shape.rank - 2) else {
            throw .rank(input: index, got: shape.rank, expected: "\(axes.lowerBound + 2) to \(axes.upperBound + 2)")
        }
        return shape
    }

    /// Throws unless the element type is one of `types`.
    func require(_ types: ElementType..., input index: Int) throws(OperatorFault) {
        guard types.contains(elementType) else { throw .elementType(input: index, got: elementType) }
    }
}

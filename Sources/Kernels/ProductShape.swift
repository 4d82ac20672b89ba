internal import CDNN

/// The extents of a matrix product over the last two axes, the axes before them broadcast.
public struct ProductShape: Sendable, Hashable {
    /// One axis count for all three, 2 to 12; a batch axis of an operand may be 1 against n.
    public var source: [Int]
    public var weights: [Int]
    public var destination: [Int]
    /// In elements.
    public var sourceStrides: [Int]
    public var weightsStrides: [Int]

    public init(source: [Int], sourceStrides: [Int], weights: [Int], weightsStrides: [Int], destination: [Int]) {
        self.source = source
        self.sourceStrides = sourceStrides
        self.weights = weights
        self.weightsStrides = weightsStrides
        self.destination = destination
    }

    /// A product of dense row-major operands.
    public init(source: [Int], weights: [Int], destination: [Int]) {
        self.init(
            source: source, sourceStrides: rowMajorStrides(source), weights: weights,
            weightsStrides: rowMajorStrides(weights), destination: destination)
    }

    /// The same in C's terms, all operands float32, without bias.
    var description: cdnn_product {
        var p = cdnn_product()
        p.rank = Int32(clamping: destination.count)
        copy(source, to: &p.source)
        copy(weights, to: &p.weights)
        copy(destination, to: &p.destination)
        copy(sourceStrides, to: &p.source_strides)
        copy(weightsStrides, to: &p.weights_strides)
        return p
    }
}

/// The distance in elements between neighbours along each axis of a dense row-major tensor. O(rank).
public func rowMajorStrides(_ extents: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * max(extents[axis + 1], 1) }
    return strides
}

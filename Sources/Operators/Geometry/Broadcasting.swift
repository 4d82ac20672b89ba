internal import GraphIR

/// The shape that two shapes are broadcast to: aligned at the end, an extent of 1 repeats. A symbol against a number
/// other than 1 must be that number; against another symbol nothing is known.
/// Throws `OperatorFault.shape` where two numbers differ and neither is 1. O(rank).
func broadcast(_ a: Shape, _ b: Shape) throws -> Shape {
    let rank = max(a.rank, b.rank)
    return Shape(
        try (0..<rank).map { axis -> Dimension in
            let x = axis < rank - a.rank ? 1 : a[axis - (rank - a.rank)]
            let y = axis < rank - b.rank ? 1 : b[axis - (rank - b.rank)]
            if x == y || y == 1 { return x }
            if x == 1 { return y }
            switch (x.value, y.value) {
            case (let m?, let n?): throw OperatorFault.shape("\(a) and \(b) do not broadcast: \(m) against \(n)")
            case (_?, nil): return x
            case (nil, _?): return y
            case (nil, nil): return .unknown
            }
        })
}

/// The shape that all of these are broadcast to; `nil` where the rank of one is not known. O(rank × shapes).
func broadcast(_ shapes: [Shape?]) throws -> Shape? {
    var result = Shape.scalar
    for shape in shapes {
        guard let shape else { return nil }
        result = try broadcast(result, shape)
    }
    return result
}

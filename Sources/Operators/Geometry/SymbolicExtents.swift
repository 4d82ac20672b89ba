import GraphIR

/// The product of dimensions, as far as it has a name: a number, or one symbol times ones. Throws `OperatorFault.shape`
/// where the numbers are negative or exceed `largestElementCount`.
func dimensionProduct(_ dimensions: some Sequence<Dimension>) throws -> Dimension {
    let numbers = dimensions.compactMap(\.value)
    let product = try checkedProduct(numbers)
    let others = dimensions.filter { $0.value == nil }
    if others.isEmpty || numbers.contains(0) { return .known(product) }
    return others.count == 1 && product == 1 ? others[0] : .unknown
}

extension Shape {
    /// A shape of which only the rank is known.
    static func unknown(rank: Int) -> Shape { Shape(Array(repeating: Dimension.unknown, count: rank)) }
}

extension Inputs {
    /// The extents that a 1-D integer input gives an output: `nil` where not even its length is known.
    func shapeGiven(by index: Int) throws -> Shape? {
        if let extents = try knownIntegers(index) { return Shape(extents) }
        guard let length = self[index]?.shape?.dimensions.first?.value else { return nil }
        guard length <= mostDimensions, length >= 0 else {
            throw OperatorFault.shape("a shape of \(length) dimensions")
        }
        return .unknown(rank: length)
    }
}

/// More dimensions than any operator gives an output: a bound for ranks that come from a file.
let mostDimensions = 1024

import GraphIR
import Operators
import Testing

/// Numbers that look random and are the same in every run with the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// The outputs of one operator on constant inputs.
func outputs(
    of opType: String, _ inputs: [Tensor?], _ attributes: [Attribute] = [], count: Int = 1, opset: Int = 21
) throws -> [Tensor] {
    let names = inputs.enumerated().map { $1 == nil ? "" : "input\($0)" }
    let node = Node(opType, inputs: names, outputs: (0..<count).map { "output\($0)" }, attributes: attributes)
    return try OperatorTable.evaluate(node, opset: opset, inputs: inputs).map { try #require($0) }
}

/// The only output of one operator on constant inputs.
func output(
    of opType: String, _ inputs: Tensor?..., attributes: [Attribute] = [], opset: Int = 21
) throws -> Tensor {
    try outputs(of: opType, inputs, attributes, opset: opset)[0]
}

/// Constant 64-bit integers of one dimension.
func integers(_ values: Int...) -> Tensor { integers(values) }

/// Constant 64-bit integers of one dimension.
func integers(_ values: [Int]) -> Tensor { Tensor(values.map(Int64.init), [values.count]) }

/// A tensor whose every byte differs from its neighbours', of any type of 8 bits or more.
func counted(_ type: ElementType, _ extents: [Int]) -> Tensor {
    let bytes = (0..<type.byteCount(extents.reduce(1, *))).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / 251) }
    return Tensor(type, extents, bytes: ArrayBytes(bytes))
}

extension Tensor {
    var allBytes: [UInt8] { bytes.withUnsafeBytes { Array($0) } }

    /// The bytes of one element.
    func element(at coordinates: [Int]) -> [UInt8] {
        var position = 0
        for (coordinate, extent) in zip(coordinates, extents) { position = position * extent + coordinate }
        let width = elementType.bits / 8
        return bytes.withUnsafeBytes { Array($0[position * width..<(position + 1) * width]) }
    }
}

/// A tensor of `extents` whose every element is the one of `source` at the coordinates that `from` gives.
func picked(_ source: Tensor, _ extents: [Int], from: ([Int]) -> [Int]) -> Tensor {
    var coordinates = Array(repeating: 0, count: extents.count)
    var bytes: [UInt8] = []
    for _ in 0..<extents.reduce(1, *) {
        bytes += source.element(at: from(coordinates))
        for axis in extents.indices.reversed() {
            coordinates[axis] += 1
            if coordinates[axis] < extents[axis] { break }
            coordinates[axis] = 0
        }
    }
    return Tensor(source.elementType, extents, bytes: ArrayBytes(bytes))
}

/// Expects the same type, extents and bytes.
func expectSame(
    _ a: Tensor, _ b: Tensor, _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(a.elementType == b.elementType, comment, sourceLocation: sourceLocation)
    #expect(a.extents == b.extents, comment, sourceLocation: sourceLocation)
    #expect(a.allBytes == b.allBytes, comment, sourceLocation: sourceLocation)
}

internal import GraphIR
internal import Kernels

/// Times a scale, plus a bias, both broadcast; in place.
struct BroadcastAffine: Sendable {
    private let multiply: BinaryLoop
    private let add: BinaryLoop?

    /// Throws `OperatorFault.elementType` where elements of that type cannot be scaled.
    init(_ type: ElementType, extents: [Int], scale: [Int], bias: [Int]?) throws {
        guard let multiply = BinaryLoop(.multiply, type, a: extents, b: scale, output: extents) else {
            throw OperatorFault.elementType(input: 0, got: type)
        }
        self.multiply = multiply
        add = bias.flatMap { BinaryLoop(.add, type, a: extents, b: $0, output: extents) }
    }

    /// `bias` is read only where there is one. O(elements).
    func run(_ y: UnsafeMutableRawPointer, scale: UnsafeRawPointer, bias: UnsafeRawPointer?) {
        multiply.run(y, scale, y)
        if let bias { add?.run(y, bias, y) }
    }
}

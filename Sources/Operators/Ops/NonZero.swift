public import GraphIR
public import Kernels

/// The coordinates of the elements that are not zero, one column each, in order: `[rank, count]` of int64.
public struct NonZero: Operator {
    public static let signature = OperatorSignature("NonZero")

    public init(_ node: Node, opset: Int) throws {}

    public var valueInputs: [Int] { [0] }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard let rank = data.rank else { return [Facts(.int64, .unknown(rank: 2))] }
        guard let constant = data.constant else { return [Facts(.int64, Shape([.known(max(rank, 1)), .unknown]))] }
        let found = try positions(constant), extents = constant.extents.isEmpty ? [1] : constant.extents
        let coordinates = zip(rowMajorStrides(extents), extents).flatMap { stride, extent in
            found.lazy.map { Int64($0 / stride % extent) }
        }
        return [Facts(constant: Tensor(coordinates, [extents.count, found.count]))]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard outputs[0].constant != nil else { throw OperatorFault.needsValue(input: 0) }
        return try .constant(outputs[0])
    }

    private func positions(_ tensor: Tensor) throws -> [Int] {
        // Any bit that is set makes a number, but for the sign of a floating-point one.
        let hasSign = tensor.elementType.isFloatingPoint
        func positions<Bits: FixedWidthInteger>(_ type: Bits.Type) -> [Int] {
            let bits = hasSign ? Bits.max >> 1 : Bits.max
            return tensor.bytes.withUnsafeBytes { bytes in
                (0..<tensor.elementCount).filter {
                    bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Bits>.size, as: type) & bits != 0
                }
            }
        }
        switch try Facts(constant: tensor).elementWidth() {
        case 1: return positions(UInt8.self)
        case 2: return positions(UInt16.self)
        case 4: return positions(UInt32.self)
        case 8: return positions(UInt64.self)
        default: throw OperatorFault.elementType(input: 0, got: tensor.elementType)
        }
    }
}

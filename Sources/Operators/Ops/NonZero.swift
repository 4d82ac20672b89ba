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
        return [Facts(.int64, extents: [max(rank, 1), try positions(constant).count])]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard let constant = try inputs.require(0).constant else { throw OperatorFault.needsValue(input: 0) }
        let found = try positions(constant)
        let extents = constant.extents.isEmpty ? [1] : constant.extents
        let strides = rowMajorStrides(extents)
        return Kernel { arguments in
            let output = arguments.output(0, as: Int64.self)
            for axis in extents.indices {
                for (column, position) in found.enumerated() {
                    output[axis * found.count + column] = Int64(position / strides[axis] % extents[axis])
                }
            }
        }
    }

    private func positions(_ tensor: Tensor) throws -> [Int] {
        let width = try Facts(constant: tensor).elementWidth()
        return tensor.bytes.withUnsafeBytes { bytes in
            (0..<tensor.elementCount).filter { isNonZero(bytes, at: $0 * width, width, tensor.elementType) }
        }
    }

    /// Any bit that is set, but for the sign of a floating-point number.
    private func isNonZero(_ bytes: UnsafeRawBufferPointer, at first: Int, _ width: Int, _ type: ElementType) -> Bool {
        let signByte = type.isFloatingPoint ? first + width - 1 : -1
        return (first..<(first + width)).contains { (bytes[$0] & ($0 == signByte ? 0x7f : 0xff)) != 0 }
    }
}

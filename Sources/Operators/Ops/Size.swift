public import GraphIR
public import Kernels

/// The number of the input's elements, as an int64 scalar.
public struct Size: Operator {
    public static let signature = OperatorSignature("Size")

    public init(_ node: Node, opset: Int) throws {}

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        guard let extents = try inputs.require(0).knownExtents else { return [Facts(.int64, .scalar)] }
        return [Facts(constant: Tensor(scalar: Int64(try checkedProduct(extents))))]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { try .constant(infer(inputs)[0]) }
}

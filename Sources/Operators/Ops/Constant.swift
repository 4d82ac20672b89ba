public import GraphIR
public import Kernels

/// A tensor that an attribute holds.
public struct Constant: Operator {
    public static let signature = OperatorSignature("Constant")

    private let value: Tensor

    public init(_ node: Node, opset: Int) throws {
        let values = try node.attributes.compactMap(Self.tensor)
        guard values.count == 1 else {
            throw OperatorFault.attribute(
                "value", "one of value, value_int(s), value_float(s), value_string(s) is needed")
        }
        value = values[0]
    }

    public func infer(_ inputs: Inputs) throws -> [Facts] { [Facts(constant: value)] }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { try .constant(Facts(constant: value)) }

    private static func tensor(_ attribute: Attribute) throws -> Tensor? {
        switch (attribute.name, attribute.value) {
        case ("value", .tensor(let tensor)): tensor
        case ("value_float", .float(let value)): Tensor(scalar: value)
        case ("value_floats", .floats(let values)): Tensor(values, [values.count])
        case ("value_int", .int(let value)): Tensor(scalar: value)
        case ("value_ints", .ints(let values)): Tensor(values, [values.count])
        case ("value_string", .string(let value)): Tensor(strings: [value], [])
        case ("value_strings", .strings(let values)): Tensor(strings: values, [values.count])
        case ("sparse_value", _): throw OperatorFault.unsupported("sparse constants")
        default: nil
        }
    }
}

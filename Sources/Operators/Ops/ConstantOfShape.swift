public import GraphIR
public import Kernels

/// A tensor of the extents the input gives, filled with one value; float32 zero where the attribute is missing.
public struct ConstantOfShape: Operator {
    public static let signature = OperatorSignature("ConstantOfShape")

    private let elementType: ElementType
    private let value: ScalarBytes

    public init(_ node: Node, opset: Int) throws {
        guard case .tensor(let tensor)? = node.attribute("value") else {
            elementType = .float32
            value = try ScalarBytes(0, .float32)
            return
        }
        elementType = tensor.elementType
        value = try ScalarBytes(tensor)
    }

    public var valueInputs: [Int] { [0] }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.require(0)
        let result = Facts(elementType, try inputs.shapeGiven(by: 0))
        try result.checkSize()
        return [result]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let bytes = outputs[0].byteCount
        return Kernel { value.fill($0.output(0, as: UInt8.self), byteCount: bytes) }
    }
}

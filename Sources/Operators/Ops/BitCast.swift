public import GraphIR
public import Kernels

/// The same bits read as another element type of as many bits.
public struct BitCast: Operator {
    public static let signature = OperatorSignature("BitCast")

    private let target: ElementType

    public init(_ node: Node, opset: Int) throws {
        guard let type = try node.elementType("to") else { throw OperatorFault.attribute("to", "a type is required") }
        target = type
    }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard data.elementType.bits == target.bits, target.bits > 0 else {
            throw OperatorFault.attribute(
                "to", "\(target.onnxName) has not as many bits as \(data.elementType.onnxName)")
        }
        return [Facts(target, data.shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { .view() }
}

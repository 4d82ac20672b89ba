public import GraphIR
public import Kernels

/// The same values in element type `to`.
public struct Cast: Operator {
    public static let signature = OperatorSignature("Cast", versions: 6...Int.max)

    private let target: ElementType
    private let rules: CastRules

    public init(_ node: Node, opset: Int) throws {
        guard let type = try node.elementType("to") else { throw OperatorFault.attribute("to", "a type is required") }
        target = type
        rules = try CastRules(node)
    }

    public func infer(_ inputs: Inputs) throws -> [Facts] { [Facts(target, try inputs.require(0).shape)] }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try rules.kernel(from: inputs.require(0), to: target)
    }
}

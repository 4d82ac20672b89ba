public import GraphIR
public import Kernels

/// The values of the first input in the element type of the second.
public struct CastLike: Operator {
    public static let signature = OperatorSignature("CastLike")

    private let rules: CastRules

    public init(_ node: Node, opset: Int) throws { rules = try CastRules(node) }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        [Facts(try inputs.require(1).elementType, try inputs.require(0).shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try rules.kernel(from: inputs.require(0), to: outputs[0].elementType)
    }
}

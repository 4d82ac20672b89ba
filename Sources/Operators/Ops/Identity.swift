public import GraphIR
public import Kernels

/// The input itself.
public struct Identity: Operator {
    public static let signature = OperatorSignature("Identity")

    public init(_ node: Node, opset: Int) throws {}

    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] { [try inputs.require(0)] }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { .view() }
}

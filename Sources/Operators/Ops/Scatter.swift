public import GraphIR
public import Kernels

/// The first name of `ScatterElements`, without its reductions.
public struct Scatter: Operator {
    public static let signature = OperatorSignature("Scatter", versions: 9...10)

    private let operation: ScatterElements

    public init(_ node: Node, opset: Int) throws { operation = try ScatterElements(node, opset: 11) }

    public func infer(_ inputs: Inputs) throws -> [Facts] { try operation.infer(inputs) }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try operation.prepare(inputs, outputs)
    }
}

public import GraphIR

/// What nodes compute, element by element, from one value and constants: x times its sigmoid, a hard swish written out.
public struct ElementwiseFunction: Sendable {
    private let nodes: [Node]
    private let opset: Int
    private let constants: [String: Tensor]
    private let argument: String
    private let result: String

    /// `nodes`, each behind those whose results it reads, make `result` of `argument` and `constants`. `opset` is the
    /// imported version of ONNX's own domain.
    public init(
        _ nodes: [Node], opset: Int, constants: [String: Tensor], from argument: String, to result: String
    ) {
        (self.nodes, self.opset, self.constants) = (nodes, opset, constants)
        (self.argument, self.result) = (argument, result)
    }

    /// The result for these values of the argument, each node computed as by itself. Throws `OperatorFault`.
    public func callAsFunction(_ argument: Tensor) throws -> Tensor? {
        var values = constants
        values[self.argument] = argument
        for node in nodes {
            let inputs = node.inputs.map { $0.isEmpty ? nil : values[$0] }
            let outputs = try OperatorTable.evaluate(node, opset: opset, inputs: inputs)
            for case (let name, let tensor?) in zip(node.outputs, outputs) { values[name] = tensor }
        }
        return values[result]
    }
}

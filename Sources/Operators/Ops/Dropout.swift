public import GraphIR
public import Kernels

/// Dropout as inference has it: the input itself, and a mask that keeps everything.
public struct Dropout: Operator {
    public static let signature = OperatorSignature("Dropout")

    private let hasMask: Bool
    private let isMaskBool: Bool
    private let hasTrainingInput: Bool

    public init(_ node: Node, opset: Int) throws {
        hasMask = node.outputs.count > 1 && !node.outputs[1].isEmpty
        isMaskBool = opset >= 10
        hasTrainingInput = opset >= 12
    }

    public var valueInputs: [Int] { hasTrainingInput ? [1, 2] : [] }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        var output = data
        output.constant = nil
        return [output, Facts(isMaskBool ? .bool : data.elementType, data.shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        if hasTrainingInput, inputs[2]?.constant?.integers?.first == 1 {
            let ratio = inputs[1]?.constant?.floats?.first ?? (inputs[1] == nil ? 0.5 : 1)
            guard ratio == 0 else { throw OperatorFault.unsupported("Dropout in training mode") }
        }
        guard hasMask, outputs.count > 1 else { return .view() }
        let bytes = outputs[0].byteCount
        let one = try ScalarBytes(1, outputs[1].elementType)
        let maskBytes = outputs[1].byteCount
        return Kernel { arguments in
            arguments.rawOutput(0)?.copyMemory(from: arguments.input(0, as: UInt8.self), byteCount: bytes)
            if let mask = arguments.rawOutput(1) { one.fill(mask, byteCount: maskBytes) }
        }
    }
}

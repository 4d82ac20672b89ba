internal import GraphIR
internal import Kernels

/// The mean under a sliding window between grids. Inputs: X, scale, zero point, and the scale and zero point of the result.
/// As in ONNX Runtime's operator, windows that count padding count their whole extent, also past the padding's end.
struct QLinearAveragePool: Operator {
    static let signature = OperatorSignature("QLinearAveragePool", domain: "com.microsoft")
    private let shapes: PoolingShapes
    private let countsPadding: Bool

    init(_ node: Node, opset: Int) throws {
        shapes = try PoolingShapes(node)
        guard shapes.window.dilations?.allSatisfy({ $0 == 1 }) ?? true else {
            throw OperatorFault.unsupported("a QLinearAveragePool with dilations")
        }
        guard (node.int("channels_last") ?? 0) == 0 else {
            throw OperatorFault.unsupported("a QLinearAveragePool with channels last")
        }
        countsPadding = (node.int("count_include_pad") ?? 0) != 0
    }

    var valueInputs: [Int] { [1, 2, 3, 4] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(0)
        let x = try inputs.require(0)
        return [Facts(x.elementType, try shapes.output(x))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { PoolingShapes.layouts }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let pooling = ByteAveragePooling(
            try shapes.bound(inputs.require(0), outputs[0]), from: try inputs.operandGrid(scale: 1, zeroPoint: 2),
            to: try inputs.operandGrid(scale: 3, zeroPoint: 4), isSigned: try inputs.isSigned8Bit(0),
            countPadding: countsPadding)
        return Kernel(scratchBytes: pooling.scratchBytes) {
            pooling.run($0.input(0), $0.output(0), scratch: $0.scratch)
        }
    }
}

internal import GraphIR
internal import Kernels

/// The mean over all spatial positions between grids. Inputs: X, scale, zero point, and the scale and zero point of the
/// result.
struct QLinearGlobalAveragePool: Operator {
    static let signature = OperatorSignature("QLinearGlobalAveragePool", domain: "com.microsoft")

    init(_ node: Node, opset: Int) throws {
        guard (node.int("channels_last") ?? 0) == 0 else {
            throw OperatorFault.unsupported("a QLinearGlobalAveragePool with channels last")
        }
    }

    var valueInputs: [Int] { [1, 2, 3, 4] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(0)
        return [try GlobalPoolingShapes.output(inputs)]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { GlobalPoolingShapes.layouts(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let pooling = try GlobalPoolingShapes.bound(inputs), isSigned = try inputs.isSigned8Bit(0)
        let from = try inputs.operandGrid(scale: 1, zeroPoint: 2), to = try inputs.operandGrid(scale: 3, zeroPoint: 4)
        return Kernel(scratchBytes: pooling.byteScratchBytes) {
            pooling.byteAverage(
                $0.input(0), $0.output(0), from: from, to: to, isSigned: isSigned, scratch: $0.scratch)
        }
    }
}

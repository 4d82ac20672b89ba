internal import GraphIR
internal import Kernels

/// ONNX Runtime's operators of one tensor on a grid that are tables. Inputs: X, scale, zero point, and the scale and zero
/// point of the result.
protocol GridUnary: Operator {
    /// The function of real numbers.
    func value(_ x: Float) -> Float
}

extension GridUnary {
    var valueInputs: [Int] { [1, 2, 3, 4] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(0)
        return [Facts(try inputs.require(0).elementType, try inputs.require(0).shape)]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let table = ByteTable(
            from: try inputs.operandGrid(scale: 1, zeroPoint: 2), to: try inputs.operandGrid(scale: 3, zeroPoint: 4),
            isSigned: try inputs.isSigned8Bit(0), value)
        let count = outputs[0].elementCount
        return Kernel(storage: .mayOverwrite([0])) { table.run($0.input(0), $0.output(0), count: count) }
    }
}

internal import GraphIR
internal import Kernels

/// ONNX Runtime's operators of two tensors on grids. Inputs: A, scale, zero point, B, scale, zero point, and the
/// scale and zero point of the result.
protocol GridBinary: Operator {
    var function: GridArithmetic.Function { get }
}

extension GridBinary {
    var valueInputs: [Int] { [1, 2, 4, 5, 6, 7] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(0)
        try inputs.requireSameType(3, as: 0)
        return [Facts(try inputs.require(0).elementType, try broadcast([inputs.require(0).shape, inputs.require(3).shape]))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts([0, 3], outputs[0])
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let loop = GridArithmetic(
            function,
            a: (try inputs.require(0).storedExtents(for: outputs[0]), try inputs.operandGrid(scale: 1, zeroPoint: 2)),
            b: (try inputs.require(3).storedExtents(for: outputs[0]), try inputs.operandGrid(scale: 4, zeroPoint: 5)),
            output: (outputs[0].storedExtents(), try inputs.operandGrid(scale: 6, zeroPoint: 7)),
            isSigned: try inputs.isSigned8Bit(0))
        return Kernel(storage: .mayOverwrite(inputs.overwritable(by: outputs[0]))) {
            loop.run($0.input(0), $0.input(3), $0.output(0))
        }
    }
}

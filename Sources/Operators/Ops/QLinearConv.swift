internal import GraphIR
internal import Kernels

/// Convolution between grids. Inputs: x, scale, zero point, w, scale, zero point (one, or one an output channel), scale and
/// zero point of the result, and on wish an int32 bias in units of scale x * scale w.
struct QLinearConv: FusingOperator {
    static let signature = OperatorSignature("QLinearConv")
    private let geometry: ConvolutionGeometry
    /// A fused QLinearAdd, whose other operand is input 9.
    private var sum: ByteSum?

    init(_ node: Node, opset: Int) throws { geometry = try ConvolutionGeometry(node) }

    var valueInputs: [Int] { [1, 2, 4, 5, 6, 7, 8] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0), w = try inputs.require(3)
        _ = try (inputs.isSigned8Bit(0), inputs.isSigned8Bit(3), inputs.isSigned8Bit(7))
        try requireBias(inputs[8], .int32, count: w.shape?.dimensions.first, input: 8)
        return [Facts(try inputs.require(7).elementType, try geometry.output(x, w, wIndex: 3))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        // Few channels are read where they are: the kernel pads them anyway.
        let first = LayoutChoice.channelsLast(sum == nil ? [0] : [0, 9])
        guard let x = inputs[0], x.extents.count > 1, x.extents[1] <= 4, sum == nil else { return [first] }
        return [first, LayoutChoice(output: .channelsLast)]
    }

    func fused(_ inputs: Inputs, with next: Follower) -> Fusion? {
        guard sum == nil, next.operation is QLinearAdd, next.inputs[0]?.extents == next.output.extents,
            next.inputs[3]?.extents == next.output.extents, let channels = inputs[0]?.extents.dropFirst().first,
            channels > 4, let sum = try? QLinearAdd.sum(next.inputs, resultsComeFirst: next.position == 0)
        else { return nil }
        var fused = self
        fused.sum = sum
        return Fusion(fused, adding: (3 - next.position, 9))
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), w = try inputs.require(3), maps = w.extents[0]
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let shape = try geometry.bound(x, w, outputs[0])
        let scale = try inputs.operandGrid(scale: 1, zeroPoint: 2).scale
        let result = try inputs.byteResult(scale, inputs.weightScales(4, columns: maps), scale: 6, zeroPoint: 7)
        let source = try inputs.byteOperand(0, zeroPoint: 2), bias = try inputs.integerBias(8, columns: maps)
        let weights = try inputs.byteWeights(3, zeroPoint: 5, columns: maps)
        let convolution = try preparing { () throws(DNNFault) in
            try IntegerConvolution(shape, source: source, weights: weights, bias: bias, result: result, sum: sum)
        }
        return convolution.kernel(source: 0, weights: 3, others: sum == nil ? nil : 9)
    }
}

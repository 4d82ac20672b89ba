internal import GraphIR
internal import Kernels

/// Convolution of 8-bit integers to int32. Inputs: x, w, and on wish the zero points of both.
struct ConvInteger: Operator {
    static let signature = OperatorSignature("ConvInteger")
    private let geometry: ConvolutionGeometry

    init(_ node: Node, opset: Int) throws { geometry = try ConvolutionGeometry(node) }

    var valueInputs: [Int] { [2, 3] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try (inputs.isSigned8Bit(0), inputs.isSigned8Bit(1))
        return [Facts(.int32, try geometry.output(inputs.require(0), inputs.require(1)))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), w = try inputs.require(1)
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let shape = try geometry.bound(x, w, outputs[0]), source = try inputs.byteOperand(0, zeroPoint: 2)
        let weights = try inputs.byteWeights(1, zeroPoint: 3, columns: w.extents[0])
        let convolution = try preparing { () throws(DNNFault) in
            try IntegerConvolution(shape, source: source, weights: weights, bias: nil, result: .sums)
        }
        return convolution.kernel(source: 0, weights: 1)
    }
}

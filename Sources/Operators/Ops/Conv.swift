internal import GraphIR
internal import Kernels

/// Convolution over 1 to 3 spatial axes, with groups.
struct Conv: Operator {
    static let signature = OperatorSignature("Conv")
    private let geometry: ConvolutionGeometry

    init(_ node: Node, opset: Int) throws { geometry = try ConvolutionGeometry(node) }

    var role: QuantizationRole { .compute(ComputeRole(weightAxis: 0, bias: 2)) }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0), w = try inputs.require(1)
        try x.require(.float32, input: 0)
        try w.require(.float32, input: 1)
        try requireBias(inputs[2], .float32, count: w.shape?.dimensions.first, input: 2)
        return [Facts(.float32, try geometry.output(x, w))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { [.channelsLast([0])] }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), w = try inputs.require(1), hasBias = inputs[2] != nil
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let shape = try geometry.bound(x, w, outputs[0])
        let primitive = try preparing { () throws(DNNFault) in
            try DNNPrimitive(shape, bias: hasBias, weights: w.constant?.bytes.address)
        }
        return primitive.kernel(bias: hasBias ? 2 : nil)
    }
}

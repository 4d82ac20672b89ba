internal import GraphIR
internal import Kernels

/// Convolution over 1 to 3 spatial axes, with groups.
struct Conv: FusingOperator, GrowingOperator {
    static let signature = OperatorSignature("Conv")
    private let geometry: ConvolutionGeometry
    /// Fused operators; a residual is input 3.
    private var tail = ProductTail()
    private var mayGrow = false

    init(_ node: Node, opset: Int) throws { geometry = try ConvolutionGeometry(node) }

    var role: QuantizationRole { .compute(ComputeRole(weightAxis: 0, bias: 2)) }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0), w = try inputs.require(1)
        try x.require(.float32, input: 0)
        try w.require(.float32, input: 1)
        try requireBias(inputs[2], .float32, count: w.shape?.dimensions.first, input: 2)
        return [Facts(.float32, try geometry.output(x, w))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        [.channelsLast(tail.addsDestination ? [0, 3] : [0])]
    }

    func fused(_ inputs: Inputs, with next: Follower) -> Fusion? {
        guard let (tail, added) = tail.followed(by: next, residualAt: 3) else { return nil }
        var fused = self
        fused.tail = tail
        return Fusion(fused, adding: added)
    }

    func grown(_ inputs: Inputs, _ outputs: [Facts]) throws -> (operation: any Operator, bytes: Int)? {
        let x = try inputs.require(0), w = try inputs.require(1)
        guard w.constant != nil, outputs[0].elementCount > 0,
            let bytes = FloatSums.growth(of: try geometry.bound(x, w, outputs[0]))
        else { return nil }
        var grown = self
        grown.mayGrow = true
        return (grown, bytes)
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), w = try inputs.require(1), bias = inputs[2] != nil ? 2 : nil
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let shape = try geometry.bound(x, w, outputs[0])
        let convolution = try preparing { () throws(DNNFault) in
            try FloatSums(
                shape, bias: bias != nil, weights: w.constant?.bytes.address, mayGrow: mayGrow, tail: tail)
        }
        return convolution.kernel(bias: bias)
            .adding(tail.addsDestination ? 3 : nil, byteCount: outputs[0].byteCount)
    }
}

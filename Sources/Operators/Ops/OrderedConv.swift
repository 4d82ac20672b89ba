internal import GraphIR
internal import Kernels

/// Conv whose terms are added in a stated order: what literal execution uses behind dequantized values.
struct OrderedConv: Operator {
    static let signature = OperatorSignature("OrderedConv", domain: "onnxq")
    private let standard: Conv
    private let geometry: ConvolutionGeometry

    init(_ node: Node, opset: Int) throws {
        standard = try Conv(node, opset: opset)
        geometry = try ConvolutionGeometry(node)
    }

    func infer(_ inputs: Inputs) throws -> [Facts] { try standard.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let shape = try geometry.bound(inputs.require(0), inputs.require(1), outputs[0])
        guard shape.source.count <= 3 else { throw OperatorFault.unsupported("\(shape.source.count) spatial axes") }
        let convolution = OrderedConvolution(shape)
        return Kernel(scratchBytes: convolution.scratchBytes) {
            convolution.run(
                $0.input(0), $0.input(1), bias: $0.rawInput(2)?.assumingMemoryBound(to: Float.self), $0.output(0),
                scratch: $0.scratch)
        }
    }
}

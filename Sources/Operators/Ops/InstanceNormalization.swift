internal import GraphIR
internal import Kernels

/// Brings every channel of every sample to mean 0 and variance 1, then scales and shifts it.
struct InstanceNormalization: Operator {
    static let signature = OperatorSignature("InstanceNormalization")
    private let epsilon: Float

    init(_ node: Node, opset: Int) throws { epsilon = node.float("epsilon") ?? 1e-5 }

    func infer(_ inputs: Inputs) throws -> [Facts] { [try ChannelImages.infer(inputs, vectors: 1..<3)] }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let images = try ChannelImages.bound(try inputs.require(0)), epsilon = epsilon
        return Kernel(storage: .mayOverwrite([0])) {
            images.instanceNormalize(
                $0.input(0), $0.output(0), scale: $0.input(1), bias: $0.input(2), epsilon: epsilon)
        }
    }
}

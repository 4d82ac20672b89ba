internal import GraphIR
internal import Kernels

/// Local response normalization across neighbouring channels.
struct LRN: Operator {
    static let signature = OperatorSignature("LRN")
    private let size: Int
    private let alpha: Float
    private let beta: Float
    private let bias: Float

    init(_ node: Node, opset: Int) throws {
        guard let size = node.int("size") else { throw OperatorFault.attribute("size", "is missing") }
        guard (1...1 << 20).contains(size) else { throw OperatorFault.attribute("size", "is \(size)") }
        self.size = size
        alpha = node.float("alpha") ?? 1e-4
        beta = node.float("beta") ?? 0.75
        bias = node.float("bias") ?? 1
    }

    func infer(_ inputs: Inputs) throws -> [Facts] { [try ChannelImages.infer(inputs, vectors: 0..<0)] }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let images = try ChannelImages.bound(try inputs.require(0))
        let size = size, alpha = alpha, beta = beta, bias = bias
        return Kernel {
            images.localResponse($0.input(0), $0.output(0), size: size, alpha: alpha, beta: beta, bias: bias)
        }
    }
}

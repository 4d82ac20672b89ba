internal import GraphIR
internal import Kernels

/// Scales and shifts every channel by stored statistics; in training mode it is spelled out first.
struct BatchNormalization: Operator {
    static let signature = OperatorSignature("BatchNormalization")
    private let epsilon: Float

    init(_ node: Node, opset: Int) throws {
        let trains = opset >= 14 ? (node.int("training_mode") ?? 0) != 0 : opset < 7 && (node.int("is_test") ?? 0) == 0
        guard !trains else { throw OperatorFault.unsupported("BatchNormalization in training mode") }
        guard (node.int("spatial") ?? 1) != 0 else {
            throw OperatorFault.unsupported("BatchNormalization with statistics for every position")
        }
        epsilon = node.float("epsilon") ?? 1e-5
    }

    func infer(_ inputs: Inputs) throws -> [Facts] { [try ChannelImages.infer(inputs, vectors: 1..<5)] }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts([0], outputs[0])
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), images = try ChannelImages.batchImages(x), epsilon = epsilon
        let scratch = 2 * MemoryLayout<Float>.stride * x.extents[1]
        return Kernel(storage: .mayOverwrite([0]), scratchBytes: scratch) {
            let factors = $0.scratch.bindMemory(to: Float.self, capacity: scratch / MemoryLayout<Float>.stride)
            images.batchFactors(
                scale: $0.input(1), bias: $0.input(2), mean: $0.input(3), variance: $0.input(4), epsilon: epsilon,
                factors: factors)
            images.scaleShift($0.input(0), $0.output(0), factors: factors)
        }
    }
}

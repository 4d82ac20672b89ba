internal import GraphIR
internal import Kernels

/// The mean under a sliding window.
struct AveragePool: Operator {
    static let signature = OperatorSignature("AveragePool")
    private let shapes: PoolingShapes
    private let countsPadding: Bool

    init(_ node: Node, opset: Int) throws {
        shapes = try PoolingShapes(node)
        countsPadding = (node.int("count_include_pad") ?? 0) != 0
    }

    var role: QuantizationRole { .elementwise }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        try x.require(.float32, input: 0)
        return [Facts(.float32, try shapes.output(x))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { PoolingShapes.layouts }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let window = try shapes.bound(try inputs.require(0), outputs[0]), countsPadding = countsPadding
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        return Kernel { window.average($0.input(0), $0.output(0), countPadding: countsPadding) }
    }
}

internal import GraphIR
internal import Kernels

/// The mean over all spatial positions.
struct GlobalAveragePool: Operator {
    static let signature = OperatorSignature("GlobalAveragePool")

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .elementwise }

    func infer(_ inputs: Inputs) throws -> [Facts] { try GlobalPoolingShapes.infer(inputs) }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { GlobalPoolingShapes.layouts(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let pooling = try GlobalPoolingShapes.bound(inputs)
        return Kernel { pooling.average($0.input(0), $0.output(0)) }
    }
}

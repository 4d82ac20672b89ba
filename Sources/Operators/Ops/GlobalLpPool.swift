internal import GraphIR
internal import Kernels

/// The p-norm over all spatial positions.
struct GlobalLpPool: Operator {
    static let signature = OperatorSignature("GlobalLpPool", versions: 2...Int.max)
    private let p: Int

    init(_ node: Node, opset: Int) throws {
        p = node.int("p") ?? 2
        guard p >= 1 else { throw OperatorFault.attribute("p", "is \(p), expected at least 1") }
    }

    func infer(_ inputs: Inputs) throws -> [Facts] { try GlobalPoolingShapes.infer(inputs) }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { GlobalPoolingShapes.layouts(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let pooling = try GlobalPoolingShapes.bound(inputs), p = p
        return Kernel { pooling.norm($0.input(0), $0.output(0), p: p) }
    }
}

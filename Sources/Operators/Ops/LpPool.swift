internal import GraphIR
internal import Kernels

/// The p-norm under a sliding window.
struct LpPool: Operator {
    static let signature = OperatorSignature("LpPool", versions: 2...Int.max)
    private let shapes: PoolingShapes
    private let p: Int

    init(_ node: Node, opset: Int) throws {
        shapes = try PoolingShapes(node)
        p = node.int("p") ?? 2
        guard p >= 1 else { throw OperatorFault.attribute("p", "is \(p), expected at least 1") }
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        try x.require(.float32, input: 0)
        return [Facts(.float32, try shapes.output(x))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { PoolingShapes.layouts }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let window = try shapes.bound(try inputs.require(0), outputs[0]), p = p
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        return Kernel { window.norm($0.input(0), $0.output(0), p: p) }
    }
}

internal import GraphIR
internal import Kernels

/// MatMul of float32 whose terms are added in a stated order: what literal execution uses behind dequantized values.
struct OrderedMatMul: Operator {
    static let signature = OperatorSignature("OrderedMatMul", domain: "onnxq")
    private let standard: MatMul

    init(_ node: Node, opset: Int) throws { standard = try MatMul(node, opset: opset) }

    func infer(_ inputs: Inputs) throws -> [Facts] { try standard.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let a = try inputs.require(0), b = try inputs.require(1)
        guard a.elementType == .float32 else { return try standard.prepare(inputs, outputs) }
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let bound = try ProductGeometry(Shape(a.extents), Shape(b.extents)).bound()
        let (m, n, k, pairs) = (bound.m, bound.n, bound.k, bound.pairs)
        let product = OrderedProduct(m: m, n: n, k: k)
        return Kernel(scratchBytes: product.scratchBytes) { arguments in
            let a = arguments.input(0, as: Float.self), b = arguments.input(1, as: Float.self)
            let y = arguments.output(0, as: Float.self)
            for (index, pair) in pairs.enumerated() {
                product.run(
                    a + pair.a * m * k, b + pair.b * k * n, bias: nil, y + index * m * n, scratch: arguments.scratch)
            }
        }
    }
}

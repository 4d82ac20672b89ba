internal import GraphIR
internal import Kernels

/// MatMul of float32, summed in double precision and rounded once: what literal execution uses behind dequantized values.
struct ExactMatMul: Operator {
    static let signature = OperatorSignature("MatMul", domain: "onnxq")
    private let standard: MatMul

    init(_ node: Node, opset: Int) throws { standard = try MatMul(node, opset: opset) }

    func infer(_ inputs: Inputs) throws -> [Facts] { try standard.infer(inputs) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let a = try inputs.require(0), b = try inputs.require(1)
        guard a.elementType == .float32 else { return try standard.prepare(inputs, outputs) }
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let product = try ProductGeometry(Shape(a.extents), Shape(b.extents)).bound()
        let (m, n, k, pairs) = (product.m, product.n, product.k, product.pairs)
        let exact = ExactProduct(m: m, n: n, k: k, a: (k, 1), b: (n, 1))
        return Kernel(scratchBytes: exact.scratchBytes) { arguments in
            let a = arguments.input(0, as: Float.self), b = arguments.input(1, as: Float.self)
            let y = arguments.output(0, as: Float.self)
            for (index, pair) in pairs.enumerated() {
                exact.run(
                    a + pair.a * m * k, b + pair.b * k * n, bias: nil, y + index * m * n, scratch: arguments.scratch)
            }
        }
    }
}

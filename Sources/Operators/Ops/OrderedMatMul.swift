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
        let product = OrderedProduct(m: bound.m, n: bound.n, k: bound.k, pairs: bound.pairs)
        return Kernel(scratchBytes: product.scratchBytes) {
            product.run($0.input(0), $0.input(1), bias: nil, $0.output(0), scratch: $0.scratch)
        }
    }
}

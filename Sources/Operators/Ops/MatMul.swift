internal import GraphIR
internal import Kernels

/// Matrix product over the last two axes, batch axes broadcast.
struct MatMul: FusingOperator {
    static let signature = OperatorSignature("MatMul")

    /// Fused operators: a bias for each column is input 2, a residual input 3.
    private var hasBias = false
    private var tail = ProductTail()

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .compute(ComputeRole(weightAxis: -1)) }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let a = try inputs.require(0), b = try inputs.require(1)
        try a.require(.float32, .float64, .int32, .int64, .uint32, .uint64, input: 0)
        try b.require(a.elementType, input: 1)
        guard let rows = a.shape, let columns = b.shape else { return [Facts(a.elementType, nil)] }
        return [Facts(a.elementType, try ProductGeometry(rows, columns).output)]
    }

    func fused(_ inputs: Inputs, with next: Follower) -> Fusion? {
        guard let a = inputs[0], a.elementType == .float32, a.extents.last != 0 else { return nil }
        var fused = self
        if let bias = next.columnBias, !hasBias, tail == ProductTail() {
            fused.hasBias = true
            return Fusion(fused, adding: (bias, 2))
        }
        guard let (tail, added) = tail.followed(by: next, residualAt: 3) else { return nil }
        fused.tail = tail
        return Fusion(fused, adding: added)
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let a = try inputs.require(0), b = try inputs.require(1), y = outputs[0]
        let product = try ProductGeometry(Shape(a.extents), Shape(b.extents)).bound()
        guard y.elementCount > 0 else { return Kernel { _ in } }
        guard a.elementType == .float32, product.k > 0 else {
            guard !hasBias, tail == ProductTail() else { throw OperatorFault.unsupported("a product over no terms") }
            let pairs = product.pairs, loop = PlainProduct(m: product.m, n: product.n, k: product.k)
            let elementType = a.elementType
            return Kernel { loop.run(elementType, $0, pairs) }
        }
        let prepared = try preparing { () throws(DNNFault) in
            try FloatSums(product.shape, bias: hasBias, weights: b.constant?.bytes.address, tail: tail)
        }
        return prepared.kernel(bias: hasBias ? 2 : nil)
            .adding(tail.addsDestination ? 3 : nil, byteCount: y.byteCount)
    }
}

extension PlainProduct {
    /// Runs on the first two inputs, once for each pair of matrices.
    fileprivate func run(_ type: ElementType, _ arguments: KernelArguments, _ pairs: [(a: Int, b: Int)]) {
        for (index, pair) in pairs.enumerated() {
            switch type {
            case .float32:
                let a = arguments.input(0, as: Float.self), b = arguments.input(1, as: Float.self)
                run(a + pair.a * m * k, b + pair.b * k * n, arguments.output(0) + index * m * n)
            case .float64:
                let a = arguments.input(0, as: Double.self), b = arguments.input(1, as: Double.self)
                run(a + pair.a * m * k, b + pair.b * k * n, arguments.output(0) + index * m * n)
            case .int32, .uint32:
                let a = arguments.input(0, as: UInt32.self), b = arguments.input(1, as: UInt32.self)
                run(a + pair.a * m * k, b + pair.b * k * n, arguments.output(0) + index * m * n)
            default:
                let a = arguments.input(0, as: UInt64.self), b = arguments.input(1, as: UInt64.self)
                run(a + pair.a * m * k, b + pair.b * k * n, arguments.output(0) + index * m * n)
            }
        }
    }
}

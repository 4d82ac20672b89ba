internal import GraphIR
internal import Kernels

/// alpha * A' * B' + beta * C for matrices, A' and B' transposed on wish, C broadcast.
struct Gemm: Operator {
    static let signature = OperatorSignature("Gemm")
    private let alpha: Float
    private let beta: Float
    private let transA: Bool
    private let transB: Bool

    init(_ node: Node, opset: Int) throws {
        alpha = node.float("alpha") ?? 1
        beta = node.float("beta") ?? 1
        transA = (node.int("transA") ?? 0) != 0
        transB = (node.int("transB") ?? 0) != 0
    }

    var role: QuantizationRole { .compute(ComputeRole(weightAxis: transB ? 0 : 1, bias: 2)) }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let a = try inputs.require(0), b = try inputs.require(1)
        try a.require(.float32, input: 0)
        try b.require(.float32, input: 1)
        try inputs[2]?.require(.float32, input: 2)
        let rows = try matrix(a, 0, transposed: transA), columns = try matrix(b, 1, transposed: transB)
        guard let rows, let columns else { return [Facts(.float32, nil)] }
        let output = try ProductGeometry(rows, columns).output
        if let c = inputs[2]?.shape { _ = try strides(c, output) }
        return [Facts(.float32, output)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let a = try inputs.require(0), b = try inputs.require(1), y = outputs[0].extents
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let c = try inputs[2].map { try strides(Shape($0.extents), Shape(y)) }
        let k = a.extents[transA ? 0 : 1]
        let bias = k > 0 && alpha == 1 && beta == 1 && (c.map { $0 == (0, 1) } ?? false)
        let product = k > 0 ? try product(shape(m: y[0], n: y[1], k: k), b, bias: bias) : nil
        let alpha = alpha, beta = beta
        return Kernel(scratchBytes: product?.scratchBytes ?? 0) { arguments in
            let y0 = arguments.output(0, as: Float.self)
            if let product {
                try product.run(
                    source: arguments.input(0), weights: arguments.input(1), bias: bias ? arguments.input(2) : nil,
                    destination: y0, scratch: arguments.scratch)
            } else {
                y0.update(repeating: 0, count: y[0] * y[1])
            }
            guard !bias, c != nil || alpha != 1 else { return }
            let c0 = c == nil ? nil : arguments.input(2, as: Float.self)
            addScaled(rows: y[0], columns: y[1], alpha: alpha, y0, beta: beta, c0, strides: c ?? (0, 0))
        }
    }

    private func shape(m: Int, n: Int, k: Int) -> ProductShape {
        ProductShape(
            source: [m, k], sourceStrides: transA ? [1, m] : [k, 1], weights: [k, n],
            weightsStrides: transB ? [1, k] : [n, 1], destination: [m, n])
    }

    private func product(_ shape: ProductShape, _ b: Facts, bias: Bool) throws -> FloatSums {
        try preparing { () throws(DNNFault) in
            try FloatSums(shape, bias: bias, weights: b.constant?.bytes.address)
        }
    }

    private func matrix(_ facts: Facts, _ index: Int, transposed: Bool) throws -> Shape? {
        guard let shape = facts.shape else { return nil }
        guard shape.rank == 2 else { throw OperatorFault.rank(input: index, got: shape.rank, expected: "2") }
        return transposed ? Shape(shape.dimensions.reversed()) : shape
    }

    /// How C is walked to lie over the output; throws where it does not fit.
    private func strides(_ c: Shape, _ output: Shape) throws -> (row: Int, column: Int) {
        guard c.rank <= 2 else { throw OperatorFault.rank(input: 2, got: c.rank, expected: "at most 2") }
        let padded = Array(repeating: Dimension.known(1), count: 2 - c.rank) + c.dimensions
        for (have, want) in zip(padded, output.dimensions) {
            if let have = have.value, have != 1, let want = want.value, have != want {
                throw OperatorFault.shape("C is \(c), which does not broadcast to \(output)")
            }
        }
        let columns = padded[1].value ?? 1
        return (padded[0] == 1 ? 0 : columns, padded[1] == 1 ? (output[1] == 1 ? 1 : 0) : 1)
    }
}

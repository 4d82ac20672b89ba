internal import GraphIR
internal import Kernels
internal import Operators

/// The gradient of rows times one matrix.
struct MatrixProductGradient: ProductGradientRule {
    private let rows: Int
    private let inner: Int
    private let columns: Int
    /// Whether the weight lies [columns, inner].
    private let isTransposed: Bool
    private let back: DNNPrimitive

    /// Throws where the weight is no matrix, a Gemm does more than multiply and add, or oneDNN cannot prepare it.
    init(_ node: Node, data: Tensor, weight: Tensor, output: Tensor) throws {
        guard weight.extents.count == 2, data.extents.count >= 2, (node.int("transA") ?? 0) == 0,
            (node.float("alpha") ?? 1) == 1
        else { throw OperatorFault.unsupported("the gradient of such a \(node.opType)") }
        isTransposed = (node.int("transB") ?? 0) != 0
        inner = weight.extents[isTransposed ? 1 : 0]
        columns = weight.extents[isTransposed ? 0 : 1]
        rows = data.elementCount / max(inner, 1)
        guard rows > 0, columns > 0, output.elementCount == rows * columns else {
            throw OperatorFault.shape("the output has \(output.elementCount) elements")
        }
        let strides = isTransposed ? [inner, 1] : [1, columns]
        back = try DNNPrimitive(
            ProductShape(
                source: [rows, columns], sourceStrides: [columns, 1], weights: [columns, inner],
                weightsStrides: strides, destination: [rows, inner]),
            bias: false, weights: nil)
    }

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) throws -> [Tensor?] {
        guard wanted[0], let data = inputs[0], let weight = inputs[1] else { return [nil] }
        return [try .floats(data.extents) { try back.run(gradient, by: weight, into: $0) }]
    }

    func weightGradient(_ gradient: Tensor, data: Tensor) -> Matrix {
        let x = Matrix(data, rows: rows), g = Matrix(gradient, rows: rows)
        let result = isTransposed ? Matrix(rows: columns, columns: inner) : Matrix(rows: inner, columns: columns)
        if isTransposed { result.add(transposed: g, times: x) } else { result.add(transposed: x, times: g) }
        return result
    }
}

extension Matrix {
    /// A copy of a float32 tensor's elements.
    fileprivate convenience init(_ tensor: Tensor, rows: Int) {
        self.init(rows: rows, columns: tensor.elementCount / rows)
        tensor.withFloats { base.update(from: $0, count: tensor.elementCount) }
    }
}

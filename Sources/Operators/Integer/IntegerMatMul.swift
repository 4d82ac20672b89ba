internal import GraphIR
internal import Kernels

/// A matrix product of 8-bit operands with broadcast batches, as MatMulInteger and its relatives have it.
enum IntegerMatMul {
    /// The product's shape; `nil` where an operand's rank is not known. `a` and `b` are the operands' places.
    static func shape(_ inputs: Inputs, a: Int, b: Int) throws -> Shape? {
        _ = try inputs.isSigned8Bit(a)
        _ = try inputs.isSigned8Bit(b)
        guard let rows = try inputs.require(a).shape, let columns = try inputs.require(b).shape else { return nil }
        return try ProductGeometry(rows, columns, aIndex: a, bIndex: b).output
    }

    /// The columns of the second operand.
    static func columns(_ inputs: Inputs, b: Int) throws -> Int {
        let extents = try inputs.require(b).extents
        return extents.count == 1 ? 1 : extents.last ?? 1
    }

    /// Inputs that are added to float results: one value a column, and one for each result.
    typealias Addends = (columns: Int?, elements: Int?)

    /// Prepares the product of inputs `a` and `b`. All extents are known.
    static func kernel(
        _ inputs: Inputs, a: Int, b: Int, source: ByteOperand, weights: ByteWeights, result: IntegerResult,
        addends: Addends = (nil, nil)
    ) throws -> Kernel {
        let first = try inputs.require(a), second = try inputs.require(b)
        let product = try ProductGeometry(Shape(first.extents), Shape(second.extents)).bound()
        let pairs = product.pairs
        guard product.m > 0, product.n > 0, !pairs.isEmpty else { return Kernel { _ in } }
        guard product.k > 0 else { throw OperatorFault.unsupported("a product over an axis of extent 0") }
        var weights = weights
        if pairs.count > 1 { weights.constant = nil }
        let shape = IntegerProduct.Shape(m: product.m, n: product.n, k: product.k)
        let prepared = try preparing { () throws(DNNFault) in
            try IntegerProduct(shape, pairs: pairs, source: source, weights: weights, bias: nil, result: result)
        }
        return Kernel(scratchBytes: prepared.scratchBytes) { arguments in
            let added = FloatAddends(
                columns: addends.columns.map { arguments.input($0) },
                elements: addends.elements.map { arguments.input($0) })
            try prepared.run(
                source: arguments.input(a, as: UInt8.self), weights: arguments.input(b, as: UInt8.self), addends: added,
                destination: arguments.output(0, as: UInt8.self), scratch: arguments.scratch)
        }
    }
}

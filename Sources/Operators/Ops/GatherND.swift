public import GraphIR
public import Kernels

/// For each tuple in the last dimension of the index tensor, the part of the input at those first coordinates; the
/// leading `batch_dims` dimensions go side by side.
public struct GatherND: Operator {
    public static let signature = OperatorSignature("GatherND")

    private let batchDimensions: Int

    public init(_ node: Node, opset: Int) throws {
        batchDimensions = node.int("batch_dims") ?? 0
        guard batchDimensions >= 0 else {
            throw OperatorFault.attribute("batch_dims", "\(batchDimensions) is negative")
        }
    }

    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        try indices.requireType(.int64, input: 1)
        guard let shape = data.shape, let indexShape = indices.shape else { return [Facts(data.elementType, nil)] }
        guard indexShape.rank > batchDimensions else {
            throw OperatorFault.rank(input: 1, got: indexShape.rank, expected: "more than \(batchDimensions)")
        }
        guard let depth = indexShape.dimensions.last?.value else { return [Facts(data.elementType, nil)] }
        guard depth >= 1, depth <= shape.rank - batchDimensions else {
            throw OperatorFault.shape("tuples of \(depth) indices do not fit data of shape \(shape)")
        }
        try checkBatches(shape, indexShape)
        let block = shape.dimensions[(batchDimensions + depth)...]
        let result = Facts(data.elementType, Shape(Array(indexShape.dimensions.dropLast() + block)))
        try result.checkSize()
        return [result]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        guard let depth = indices.extents.last else {
            throw OperatorFault.rank(input: 1, got: 0, expected: "at least 1")
        }
        let indexed = data.extents[batchDimensions..<(batchDimensions + depth)]
        let indexing = TupleIndexing(
            batches: data.extents[..<batchDimensions].reduce(1, *),
            tuples: indices.extents.dropLast().dropFirst(batchDimensions).reduce(1, *), extents: Array(indexed),
            block: data.extents[(batchDimensions + depth)...].reduce(1, *) * (try data.elementWidth()))
        return Kernel { arguments in
            let fault = indexing.gather(
                from: arguments.input(0, as: UInt8.self), indices: arguments.input(1),
                to: arguments.output(0, as: UInt8.self))
            if let fault { throw tupleFault(at: fault) }
        }
    }

    private func checkBatches(_ shape: Shape, _ indexShape: Shape) throws {
        for axis in 0..<batchDimensions {
            guard let extent = shape[axis].value, let other = indexShape[axis].value else { continue }
            guard extent == other else {
                throw OperatorFault.shape("data of shape \(shape) and indices of shape \(indexShape) differ in a batch")
            }
        }
    }
}

public import GraphIR
public import Kernels

/// The input with parts replaced by (or combined with) updates, each where a tuple of first coordinates says.
public struct ScatterND: Operator {
    public static let signature = OperatorSignature("ScatterND")

    private let reduction: ScatterReduction

    public init(_ node: Node, opset: Int) throws { reduction = try ScatterReduction(node) }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        let updates = try inputs.require(2)
        try indices.requireType(.int64, input: 1)
        try updates.requireType(data.elementType, input: 2)
        if let extents = data.knownExtents, let tuples = indices.knownExtents, let got = updates.knownExtents {
            guard let depth = tuples.last, depth >= 1, depth <= extents.count else {
                throw OperatorFault.shape("indices of shape \(tuples) do not fit data of shape \(extents)")
            }
            guard got == tuples.dropLast() + extents[depth...] else {
                throw OperatorFault.shape("updates of shape \(got) for indices \(tuples) into data \(extents)")
            }
        }
        return [Facts(data.elementType, data.shape)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let indices = try inputs.require(1)
        guard let depth = indices.extents.last else {
            throw OperatorFault.rank(input: 1, got: 0, expected: "at least 1")
        }
        let width = try data.elementWidth()
        let indexing = TupleIndexing(
            batches: 1, tuples: indices.extents.dropLast().reduce(1, *), extents: Array(data.extents[..<depth]),
            block: data.extents[depth...].reduce(1, *) * width)
        let combine = try reduction.combination(data.elementType)
        let bytes = data.byteCount
        return Kernel(storage: .mayOverwrite([0])) { arguments in
            let target = arguments.copyFirstInput(bytes: bytes)
            let fault = indexing.scatter(
                arguments.input(2, as: UInt8.self), indices: arguments.input(1), into: target, width: width,
                combine: combine)
            if let fault { throw tupleFault(at: fault) }
        }
    }
}

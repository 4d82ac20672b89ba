internal import GraphIR
internal import Kernels

/// Einstein's summation: products of elements of all operands, summed over the axes that the result does not name.
struct Einsum: Operator {
    static let signature = OperatorSignature("Einsum", versions: 12...Int.max)
    private let equation: EinsumEquation

    init(_ node: Node, opset: Int) throws {
        guard let text = node.string("equation") else { throw OperatorFault.attribute("equation", "is missing") }
        equation = try EinsumEquation(text)
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let types: [ElementType] = [.float32, .float64, .int32, .int64, .uint32, .uint64]
        let first = try inputs.require(0)
        for index in 0..<inputs.count {
            let operand = try inputs.require(index)
            guard operand.elementType == first.elementType, types.contains(operand.elementType.computed) else {
                throw OperatorFault.elementType(input: index, got: operand.elementType)
            }
        }
        let shapes = inputs.present.compactMap(\.shape)
        guard shapes.count == inputs.count else { return [Facts(first.elementType, nil)] }
        let (labels, result) = try equation.bound(ranks: shapes.map(\.rank))
        var dimensions: [EinsumLabel: Shape] = [:]
        for (label, dimension) in zip(labels, shapes).flatMap({ zip($0, $1.dimensions) }) {
            dimensions[label] = try broadcast(dimensions[label] ?? Shape([1]), Shape([dimension]))
        }
        return [Facts(first.elementType, Shape(result.map { dimensions[$0]?[0] ?? .unknown }))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        return try widening(inputs, outputs) { inputs, outputs in
            let extents = inputs.present.map(\.extents)
            let (labels, result) = try equation.bound(ranks: extents.map(\.count))
            let plan = try EinsumPlan(outputs[0].elementType, extents, labels, result: result)
            return Kernel(scratchBytes: plan.scratchBytes) { try plan.run($0) }
        }
    }
}

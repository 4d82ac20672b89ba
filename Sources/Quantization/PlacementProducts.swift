internal import GraphIR
internal import Operators

/// Carries a reason through `Result`.
struct Refusal: Error {
    let reason: FloatReason
}

extension PlacementPlanner {
    /// The quantized operands of a `compute` node, or why it stays float.
    func product(_ node: Node, _ role: ComputeRole) -> Result<Placement.Product, Refusal> {
        func refuse(_ reason: FloatReason) -> Result<Placement.Product, Refusal> { .failure(Refusal(reason: reason)) }
        guard node.inputs.count > max(role.data, role.weight) else { return refuse(.form("an operand is missing")) }
        let data = node.inputs[role.data], weight = node.inputs[role.weight]
        guard facts[data]?.elementType == .float32, facts[data]?.constant == nil else {
            return refuse(facts[data]?.constant != nil ? .noConstantWeight : .elementType)
        }
        let existing = quantizedWeight(weight)
        guard let tensor = facts[weight]?.constant ?? existing?.integers else { return refuse(.noConstantWeight) }
        let rank = tensor.extents.count
        let axis = role.weightAxis < 0 ? role.weightAxis + rank : role.weightAxis
        guard rank >= 2, axis < rank, tensor.elementCount > 0 else { return refuse(.form("a weight of \(rank) dimensions")) }
        guard existing != nil || tensor.elementType == .float32 else { return refuse(.elementType) }
        // Of several matrices the columns are no channels to ONNX Runtime, which then refuses to run the product.
        let isSeveral = node.isStandard("MatMul") && rank > 2
        guard let grid = existing?.grid ?? WeightGrids.symmetric(tensor, axis: isSeveral ? nil : axis) else {
            return refuse(.form("a weight that is not finite"))
        }
        if node.isStandard("Gemm") {
            guard (node.float("alpha") ?? 1) == 1, (node.float("beta") ?? 1) == 1, (node.int("transA") ?? 0) == 0
            else { return refuse(.form("Gemm with alpha, beta or transA")) }
        }
        var product = Placement.Product(
            role: role, weight: weight, weightAxis: axis, bias: nil, weightGrid: grid, isWeightQuantized: existing != nil)
        if let position = role.bias, position < node.inputs.count, !node.inputs[position].isEmpty {
            let channels = tensor.extents[product.weightAxis]
            guard let bias = facts[node.inputs[position]]?.constant, bias.elementType == .float32,
                bias.elementCount == bias.extents.last ?? 0, bias.elementCount == channels || node.isStandard("ConvTranspose"),
                bias.floats?.allSatisfy(\.isFinite) == true
            else { return refuse(.form("a bias that is not one constant number a channel")) }
            product.bias = node.inputs[position]
        }
        return .success(product)
    }

    /// A weight that comes quantized: constant int8 or uint8 behind DequantizeLinear, and the grid that gives it.
    private func quantizedWeight(_ value: String) -> (integers: Tensor, grid: Grid)? {
        guard let node = index.dequantizer(of: value, in: graph),
            let integers = node.inputs.first.flatMap({ facts[$0]?.constant }), node.inputs.count >= 2,
            integers.elementType == .int8 || integers.elementType == .uint8, (node.int("block_size") ?? 0) == 0,
            let scales = facts[node.inputs[1]]?.constant?.floats, !scales.isEmpty, scales.allSatisfy(\.isFinite)
        else { return nil }
        let zeroPoints = node.inputs.count > 2 ? facts[node.inputs[2]]?.constant?.integers : nil
        let isPerAxis = facts[node.inputs[1]]?.constant?.extents.isEmpty == false && scales.count > 1
        let grid = Grid(
            integers.elementType, scales: scales, zeroPoints: zeroPoints ?? Array(repeating: 0, count: scales.count),
            axis: isPerAxis ? node.int("axis") ?? 1 : nil)
        return (integers, grid)
    }
}

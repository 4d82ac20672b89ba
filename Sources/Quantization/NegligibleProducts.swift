internal import GraphIR
internal import Operators

extension PlacementPlanner {
    /// The part of a model's work, and of its weights, that a product at the end may have to stay float.
    private static let negligibleShare = 0.001

    /// Last products so small beside the others that grids around them would cost accuracy and save nothing: what
    /// decodes a detector's boxes, say. A product is last where no other reads what becomes of its result.
    func negligibleProducts() -> Set<Int> {
        let costs = graph.nodes.indices.map(cost)
        let work = costs.reduce(0) { $0 + ($1?.work ?? 0) }, weights = costs.reduce(0) { $0 + ($1?.weights ?? 0) }
        var result: Set<Int> = [], feeding: Set<String> = []
        for (position, node) in graph.nodes.enumerated().reversed() {
            if node.outputs.contains(where: feeding.contains) {
                feeding.formUnion(node.valuesRead)
            } else if let cost = costs[position] {
                if cost.isKnown, cost.work <= Self.negligibleShare * work,
                    cost.weights <= Self.negligibleShare * weights
                {
                    result.insert(position)
                } else {
                    feeding.formUnion(node.valuesRead)
                }
            }
        }
        return result
    }

    /// The multiply-accumulates of a product with a constant weight, and the elements of that weight. An extent that is
    /// not known counts as 1; the work is only known where there is none but the batch. `nil` for other nodes.
    private func cost(_ position: Int) -> (work: Double, weights: Double, isKnown: Bool)? {
        let node = graph.nodes[position]
        guard case .compute(let compute)? = roles[position], node.inputs.count > max(compute.data, compute.weight),
            let weight = facts[node.inputs[compute.weight]], let extents = weight.knownExtents, extents.count >= 2,
            weight.constant != nil || isDequantized(node.inputs[compute.weight])
        else { return nil }
        let isSpread = node.isStandard("ConvTranspose")
        let walked = isSpread ? node.inputs[compute.data] : node.outputs.first ?? ""
        let axis = compute.weightAxis < 0 ? extents.count + compute.weightAxis : compute.weightAxis
        let channels = isSpread ? extents[0] : extents[min(max(axis, 0), extents.count - 1)]
        let elements = extents.reduce(1) { $0 * Double($1) }
        let walk = facts[walked]?.shape?.dimensions ?? [.unknown, .unknown]
        let steps = walk.reduce(1) { $0 * Double($1.value ?? 1) }
        return (elements * steps / Double(max(channels, 1)), elements, walk.dropFirst().allSatisfy { $0.value != nil })
    }

    private func isDequantized(_ value: String) -> Bool { index.dequantizer(of: value, in: graph) != nil }
}

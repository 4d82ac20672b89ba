extension OutputTrials {
    /// Into how many parts products are put to be tried.
    private static let mostParts = 12

    /// Leaves products of two activations in float where that brings the outputs closer to float: of parts of them, next
    /// to each other, those first that bring most for their multiply-accumulates, as long as these come to `budget` at most.
    ///
    /// `costs` has the multiply-accumulates of products by the name of their result; `plan` places what there is with such
    /// results in float. To be called before anything changes the placement otherwise. Throws the errors of running.
    public mutating func releaseActivationProducts(
        _ costs: [String: Int], budget: Int, plan: (_ float: Set<String>) -> Placement
    ) throws {
        let start = best
        let outputs = start.placement.activationProducts.sorted().compactMap { start.model.graph.nodes[$0].outputs.first }
        let size = max((outputs.count + Self.mostParts - 1) / Self.mostParts, 1)
        var parts: [(outputs: [String], cost: Int, worth: Double)] = []
        for first in stride(from: 0, to: outputs.count, by: size) {
            let part = Array(outputs[first..<min(first + size, outputs.count)])
            let cost = part.reduce(0) { $0 + costs[$1, default: budget + 1] }
            guard cost <= budget, let variant = start.placed(by: plan(Set(part))) else { continue }
            let gain = try gain(of: variant)
            if gain > 0 { parts.append((part, cost, gain / Double(max(cost, 1)))) }
        }
        var float: Set<String> = [], left = budget
        for part in parts.sorted(by: { $0.worth > $1.worth }) where part.cost <= left {
            float.formUnion(part.outputs)
            left -= part.cost
        }
        guard !float.isEmpty, let variant = start.placed(by: plan(float)) else { return }
        try consider(variant, AccuracyMethod.productRelease.rawValue)
    }
}

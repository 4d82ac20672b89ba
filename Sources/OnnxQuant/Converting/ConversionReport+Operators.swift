internal import GraphIR
internal import Quantization
internal import Reporting

extension [String: ConversionReport.OperatorCount] {
    /// By operator type, how many nodes a placement quantizes and how many it leaves float.
    static func counts(_ nodes: [Node], _ placement: Placement) -> Self {
        var counts: Self = [:]
        for (position, node) in nodes.enumerated() {
            if placement.quantizedNodes.contains(position) {
                counts[node.opType, default: .init()].quantized += 1
            } else if placement.floatNodes[position] != .alreadyQuantized {
                counts[node.opType, default: .init()].float += 1
            }
        }
        return counts
    }
}

extension [ConversionReport.FloatGroup] {
    /// Why nodes stay float, each reason with the operator types.
    static func groups(_ nodes: [Node], _ placement: Placement) -> Self {
        var groups: [String: [String: Int]] = [:]
        for (position, reason) in placement.floatNodes where reason != .alreadyQuantized {
            groups[reason.description, default: [:]][nodes[position].opType, default: 0] += 1
        }
        return groups.map { ConversionReport.FloatGroup(reason: $0.key, operators: $0.value) }
            .sorted { $0.reason < $1.reason }
    }
}

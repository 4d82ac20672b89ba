internal import GraphIR

/// Changes that concern one operator only.
extension OpsetAdapterTable {
    /// BatchNormalization: statistics are per channel always.
    static func spatialOnly(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard node.int("spatial") ?? 1 != 0 else {
            throw AdapterRefusal("it normalizes each element by itself (spatial=0)")
        }
        var node = node
        node.removeAttribute("spatial")
        return [node]
    }

    /// BatchNormalization: running statistics come out in training only, which an attribute says.
    static func inferenceOnly(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard node.outputs.dropFirst().allSatisfy({ $0.isEmpty || !context.used.contains($0) }) else {
            throw AdapterRefusal("its training outputs are used")
        }
        var node = node
        node.outputs = Array(node.outputs.prefix(1))
        return [node]
    }

    /// Dropout: the mask was of the data's type.
    static func maskBecomesBoolean(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard node.outputs.dropFirst().allSatisfy({ $0.isEmpty || !context.used.contains($0) }) else {
            throw AdapterRefusal("its mask is used")
        }
        var node = node
        node.outputs = Array(node.outputs.prefix(1))
        return [node]
    }

    /// Split: equal parts need their number.
    static func countOutputs(_ node: Node, _ context: inout AdapterContext) -> [Node] {
        guard node.input(1) == nil, node.attribute("num_outputs") == nil else { return [node] }
        var node = node
        node.set(Attribute("num_outputs", node.outputs.count))
        return [node]
    }

    /// GridSample: interpolations are called as everywhere else.
    static func renameGridModes(_ node: Node, _ context: inout AdapterContext) -> [Node] {
        let new = ["bilinear": "linear", "bicubic": "cubic"]
        guard let mode = new[node.string("mode") ?? "bilinear"] else { return [node] }
        var node = node
        node.set(Attribute("mode", mode))
        return [node]
    }
}

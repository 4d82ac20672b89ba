internal import GraphIR
internal import Operators

/// Attributes that became inputs, so that they can be computed.
extension OpsetAdapterTable {
    /// An attribute of one or several integers that became the input at `position`.
    static func attributeToInput(_ attribute: String, _ position: Int) -> OpsetAdapter.Rewrite {
        { node, context in
            guard let values = node.ints(attribute) ?? node.int(attribute).map({ [$0] }) else { return [node] }
            var node = node
            let constant = context.constant(values, "\(node.stem)_\(attribute)")
            node.removeAttribute(attribute)
            node.setInput(position, constant.outputs[0])
            return [constant, node]
        }
    }

    /// Upsample: `scales`.
    static func scalesToInput(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard case .floats(let scales)? = node.attribute("scales") else {
            throw AdapterRefusal("it has no attribute 'scales'")
        }
        var node = node
        let constant = context.constant(Tensor(scales, [scales.count]), "\(node.stem)_scales")
        node.removeAttribute("scales")
        node.setInput(1, constant.outputs[0])
        return [constant, node]
    }

    /// Slice: `starts`, `ends` and `axes`.
    static func sliceToInputs(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        var result = node
        var constants: [Node] = []
        for (position, attribute) in [(1, "starts"), (2, "ends"), (3, "axes")] {
            guard let values = node.ints(attribute) else { continue }
            constants.append(context.constant(values, "\(node.stem)_\(attribute)"))
            result.removeAttribute(attribute)
            result.setInput(position, constants[constants.count - 1].outputs[0])
        }
        return constants + [result]
    }

    /// Clip: `min` and `max`. One that is absent stays absent: its default was the end of the float range.
    static func clipToInputs(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        var result = node
        var limits: [Node] = []
        for (position, attribute) in [(1, "min"), (2, "max")] {
            guard let limit = node.float(attribute) else { continue }
            limits += context.scalar(limit, like: node.input(0), "\(node.stem)_\(attribute)")
            result.removeAttribute(attribute)
            result.setInput(position, limits[limits.count - 1].outputs[0])
        }
        return limits + [result]
    }

    /// Pad: `pads` and `value`.
    static func padToInputs(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard let pads = node.ints("pads") else { throw AdapterRefusal("it has no attribute 'pads'") }
        var result = node
        var added = [context.constant(pads, "\(node.stem)_pads")]
        result.setInput(1, added[0].outputs[0])
        if let value = node.float("value"), value != 0 {
            added += context.scalar(value, like: node.input(0), "\(node.stem)_value")
            result.setInput(2, added[added.count - 1].outputs[0])
        }
        result.removeAttribute("pads")
        result.removeAttribute("value")
        return added + [result]
    }

    /// Dropout: `ratio`.
    static func ratioToInput(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        guard let ratio = node.float("ratio") else { return [node] }
        var node = node
        let constant = context.constant(Tensor(scalar: ratio), "\(node.stem)_ratio")
        node.removeAttribute("ratio")
        node.setInput(1, constant.outputs[0])
        return [constant, node]
    }

    /// DFT: `axis`, whose default changed with it.
    static func dftAxisToInput(_ node: Node, _ context: inout AdapterContext) throws(AdapterRefusal) -> [Node] {
        var result = node
        let axis = context.constant(Tensor(scalar: Int64(node.int("axis") ?? 1)), "\(node.stem)_axis")
        result.removeAttribute("axis")
        result.setInput(2, axis.outputs[0])
        return [axis, result]
    }
}

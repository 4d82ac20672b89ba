internal import GraphIR
internal import Operators

extension IntegerLowering {
    /// What is computed element by element between 8-bit grids is a table of 256 entries, and so is a bare change of
    /// grid.
    static func lowerTable(_ island: Island, _ context: inout LoweringContext) -> [Node]? {
        guard let y = context.quantized(by: island.position), y.is8Bit, y.isPerTensor,
            let region = ElementwiseRegion(endingAt: island.position, in: &context), let table = region.table()
        else { return nil }
        return [context.makeTable(table, from: region.source, to: y)]
    }

    /// An operator of integers `a` and `b` that are functions of the same ones is a table, too, with the operator's own
    /// arithmetic: x times a sigmoid of x that has a grid. `operation` has them as inputs 0 and 3, the others constant.
    static func lowerToTable(
        _ operation: Node, _ a: QuantizedValue, _ b: QuantizedValue, to y: QuantizedValue,
        _ context: inout LoweringContext
    ) -> [Node]? {
        let left = [a, context.tables[a.name]?.source], right = [b, context.tables[b.name]?.source]
        let common = left.first { source in source != nil && right.contains { $0?.name == source?.name } }
        guard let source = common ?? nil, source.constant == nil, let range = source.elementType.integerRange
        else { return nil }
        let all = source.bytes(Array(range), [range.count])
        var inputs = operation.inputs.map { context.constant($0) }
        inputs[0] = a.name == source.name ? all : context.tables[a.name]?.table
        inputs[3] = b.name == source.name ? all : context.tables[b.name]?.table
        let outputs = try? OperatorTable.evaluate(operation, opset: 1, inputs: inputs)
        guard let table = outputs?.first ?? nil else { return nil }
        return [context.makeTable(table, from: source, to: y)]
    }
}

extension LoweringContext {
    /// The step that makes the integers `y` of `source`.
    fileprivate mutating func makeTable(_ table: Tensor, from source: QuantizedValue, to y: QuantizedValue) -> Node {
        if table.extents == [256] { tables[y.name] = (source, table) }
        return .table(source.name, add(table, y.name + "_table"), y.name)
    }
}

extension Node {
    /// `output[i] = table[input[i]]`, the table in the order of the input's values from the least on.
    static func table(_ input: String, _ table: String, _ output: String) -> Node {
        Node("Table", domain: "onnxq", inputs: [input, table], outputs: [output])
    }
}

extension Island {
    /// The integers on `to` of the real values of each of the 256 integers on `from`, from the least on, seen through the
    /// island's activation.
    func table(from: QuantizedValue, to: QuantizedValue) -> Tensor? {
        guard let range = from.elementType.integerRange else { return nil }
        let reals = range.map { Float($0 - from.zeroPoints[0]) * from.scales[0] }
        let clamped = clamp.map { clamp in reals.map { min(max($0, clamp.lowerBound), clamp.upperBound) } } ?? reals
        return to.bytes(clamped.map { to.quantize($0) }, [range.count])
    }

    /// Whether the grid `y` cannot hold values outside the activation's interval, so that saturation does its work.
    func clampIsImplied(by y: QuantizedValue) -> Bool {
        guard let clamp, let range = y.elementType.integerRange else { return true }
        return y.quantize(clamp.lowerBound) <= range.lowerBound && y.quantize(clamp.upperBound) >= range.upperBound
    }

    /// Where the operator writes its integers, and what applies the activation's interval to them where saturation does
    /// not: rounding is monotone, so clamping the integers gives what clamping the real values first gives.
    func clampedOutput(_ y: QuantizedValue, _ context: inout LoweringContext) -> (name: String, clampNodes: [Node]) {
        guard let clamp, !clampIsImplied(by: y), let range = y.elementType.integerRange else { return (y.name, []) }
        let low = y.quantize(clamp.lowerBound), high = y.quantize(clamp.upperBound)
        let integers = range.map { min(max($0, low), high) }
        let table = y.bytes(integers, [range.count])
        let inner = context.fresh(y.name + "_unclamped")
        return (inner, [.table(inner, context.add(table, y.name + "_clamp"), y.name)])
    }
}

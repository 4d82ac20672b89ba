public import GraphIR
public import Kernels

/// The input with elements added in front of and behind each axis (or taken away, where a pad is negative): a constant,
/// the edge, or the input's own elements mirrored or wrapped around.
public struct Pad: Operator {
    public static let signature = OperatorSignature("Pad")

    private let mode: PadMode
    private let pads: AxesArgument
    private let axes: AxesArgument
    private let hasValueInput: Bool
    private let value: Float

    public init(_ node: Node, opset: Int) throws {
        mode = try PadMode(node)
        pads = AxesArgument(node, opset < 2 ? "paddings" : "pads", opset: opset, inputSince: 11, at: 1)
        axes = AxesArgument(node, opset: opset, inputSince: 18, at: 3)
        hasValueInput = opset >= 11
        value = node.float("value") ?? 0
    }

    public var valueInputs: [Int] { pads.valueInputs + axes.valueInputs }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        if hasValueInput, let value = inputs[2] {
            try value.requireType(data.elementType, input: 2)
            guard value.shape?.elementCount ?? 1 == 1 else {
                throw OperatorFault.shape("the pad value is not a scalar")
            }
        }
        guard let shape = data.shape else { return [Facts(data.elementType, nil)] }
        guard let pads = try pads(inputs, rank: shape.rank) else {
            return [Facts(data.elementType, .unknown(rank: shape.rank))]
        }
        let dimensions = try zip(shape.dimensions, pads).map { dimension, pad -> Dimension in
            guard let extent = dimension.value else { return pad.before == 0 && pad.after == 0 ? dimension : .unknown }
            let padded = try checkedSum(checkedSum(extent, pad.before), pad.after)
            guard padded >= 0 else { throw OperatorFault.shape("pads \(pad) take more than \(extent) elements away") }
            return .known(padded)
        }
        let result = Facts(data.elementType, Shape(dimensions))
        try result.checkSize()
        return [result]
    }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts([0], outputs[0])
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        guard let pads = try pads(inputs, rank: data.extents.count) else { throw OperatorFault.needsValue(input: 1) }
        if pads.allSatisfy({ $0.before == 0 && $0.after == 0 }) { return .view() }
        let fill = try ScalarBytes(hasValueInput ? 0 : value, data.elementType)
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let runs = try data.layout.axes(rank: pads.count).map { axis in
            try mode.runs(extent: data.extents[axis], before: pads[axis].before, after: pads[axis].after)
        }
        let copy = PaddedCopy(runs: runs, sourceExtents: data.storedExtents(), width: try data.elementWidth())
        let given = hasValueInput && inputs[2] != nil
        return Kernel { arguments in
            let source = arguments.input(0, as: UInt8.self)
            let target = arguments.output(0, as: UInt8.self)
            if given {
                copy.run(from: source, to: target, fill: arguments.input(2, as: UInt8.self))
            } else {
                fill.withBytes { copy.run(from: source, to: target, fill: $0) }
            }
        }
    }

    /// Elements before and after every axis; `nil` where they are not known.
    private func pads(_ inputs: Inputs, rank: Int) throws -> [(before: Int, after: Int)]? {
        guard pads.isKnown(inputs), axes.isKnown(inputs) else { return nil }
        guard let given = try pads.values(inputs) else { throw OperatorFault.attribute("pads", "pads are required") }
        let axes = try normalizedAxes(axes.values(inputs) ?? Array(0..<rank), rank: rank)
        guard given.count == 2 * axes.count else {
            throw OperatorFault.shape("\(given.count) pads for \(axes.count) axes: two are needed for each")
        }
        guard given.allSatisfy({ $0.magnitude <= UInt(largestElementCount) }) else {
            throw OperatorFault.shape("the pads \(given) are too large")
        }
        var result = Array(repeating: (before: 0, after: 0), count: rank)
        for (index, axis) in axes.enumerated() { result[axis] = (given[index], given[index + axes.count]) }
        return result
    }
}

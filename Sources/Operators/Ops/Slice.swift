public import GraphIR
public import Kernels

/// A part of the input: along each of `axes`, from `starts` to before `ends` in `steps`, which may go backwards.
public struct Slice: Operator {
    public static let signature = OperatorSignature("Slice")

    private let starts: AxesArgument
    private let ends: AxesArgument
    private let axes: AxesArgument
    private let steps: AxesArgument

    public init(_ node: Node, opset: Int) throws {
        starts = AxesArgument(node, "starts", opset: opset, inputSince: 10, at: 1)
        ends = AxesArgument(node, "ends", opset: opset, inputSince: 10, at: 2)
        axes = AxesArgument(node, "axes", opset: opset, inputSince: 10, at: 3)
        steps = AxesArgument(node, "steps", opset: opset, inputSince: 10, at: 4)
    }

    public var valueInputs: [Int] { [starts, ends, axes, steps].flatMap(\.valueInputs) }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard let shape = data.shape else { return [Facts(data.elementType, nil)] }
        guard let ranges = try ranges(inputs, rank: shape.rank) else {
            return [Facts(data.elementType, try shapeWithoutRanges(shape, inputs))]
        }
        let dimensions = zip(shape.dimensions, ranges).map { dimension, range -> Dimension in
            guard let extent = dimension.value else { return range.isWhole ? dimension : .unknown }
            return .known(range.resolved(extent: extent).count)
        }
        return [Facts(data.elementType, Shape(dimensions))]
    }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts([0], outputs[0])
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        guard let ranges = try ranges(inputs, rank: data.extents.count) else {
            throw OperatorFault.needsValue(input: 1)
        }
        let extents = data.storedExtents()
        let parts = data.layout.axes(rank: extents.count).map { ranges[$0].resolved(extent: data.extents[$0]) }
        if zip(extents, parts).allSatisfy({ $1.count == $0 && $1.step == 1 }) { return .view() }
        let strides = rowMajorStrides(extents)
        let isEmpty = parts.contains { $0.count == 0 }
        let copy = StridedCopy(
            extents: parts.map(\.count), source: zip(strides, parts).map { $0 * $1.step },
            target: rowMajorStrides(outputs[0].storedExtents()), width: try data.elementWidth(),
            sourceOffset: isEmpty ? 0 : zip(strides, parts).reduce(0) { $0 + $1.0 * $1.1.start })
        return Kernel { copy.run(from: $0.input(0, as: UInt8.self), to: $0.output(0, as: UInt8.self)) }
    }

    /// The range of every axis; `nil` where an argument's contents are not known.
    private func ranges(_ inputs: Inputs, rank: Int) throws -> [SliceRange]? {
        guard [starts, ends, axes, steps].allSatisfy({ $0.isKnown(inputs) }) else { return nil }
        guard let starts = try starts.values(inputs), let ends = try ends.values(inputs) else {
            throw OperatorFault.attribute("starts", "starts and ends are required")
        }
        let axes = try normalizedAxes(axes.values(inputs) ?? Array(starts.indices), rank: rank)
        let steps = try steps.values(inputs) ?? starts.map { _ in 1 }
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
            throw OperatorFault.shape(
                "\(starts.count) starts, \(ends.count) ends, \(axes.count) axes and \(steps.count) steps do not agree")
        }
        guard !steps.contains(0) else { throw OperatorFault.value("a step of 0") }
        var ranges = Array(repeating: SliceRange.whole, count: rank)
        for (index, axis) in axes.enumerated() {
            ranges[axis] = SliceRange(start: starts[index], end: ends[index], step: steps[index])
        }
        return ranges
    }

    /// What is left to say where only the axes are known, or nothing.
    private func shapeWithoutRanges(_ shape: Shape, _ inputs: Inputs) throws -> Shape {
        guard axes.isKnown(inputs), let axes = try axes.values(inputs) else { return .unknown(rank: shape.rank) }
        var result = shape
        for axis in try normalizedAxes(axes, rank: shape.rank) { result.dimensions[axis] = .unknown }
        return result
    }
}

public import GraphIR
public import Kernels

/// The inputs one after the other along `axis`; everywhere else their extents agree.
public struct Concat: Operator {
    public static let signature = OperatorSignature("Concat")

    private let axis: Int

    public init(_ node: Node, opset: Int) throws {
        axis = opset < 4 ? node.int("axis") ?? 1 : try node.requireInt("axis")
    }

    public var role: QuantizationRole { .joins }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let first = try inputs.require(0)
        for index in 1..<max(inputs.count, 1) {
            try inputs.require(index).requireType(first.elementType, input: index)
        }
        guard let shape = inputs.present.lazy.compactMap(\.shape).first else { return [Facts(first.elementType, nil)] }
        let axis = try normalizedAxis(axis, rank: shape.rank)
        var dimensions = shape.dimensions
        dimensions[axis] = .known(0)
        for index in 0..<inputs.count { try join(inputs.require(index), at: index, along: axis, into: &dimensions) }
        let result = Facts(first.elementType, Shape(dimensions))
        try result.checkSize()
        return [result]
    }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts(Array(0..<inputs.count), outputs[0])
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        if inputs.count == 1 { return .view() }
        let extents = outputs[0].storedExtents()
        let axis = try normalizedAxis(axis, rank: extents.count)
        let (outer, extent, inner) = around(outputs[0].storedAxis(axis), of: extents)
        let width = try outputs[0].elementWidth()
        var offset = 0
        let copies = inputs.present.map { input in
            let block = input.extents[axis] * inner
            defer { offset += block }
            return StridedCopy(
                extents: [outer, block], source: [block, 1], target: [extent * inner, 1], width: width,
                targetOffset: offset)
        }
        return Kernel { arguments in
            for (index, copy) in copies.enumerated() {
                copy.run(from: arguments.input(index, as: UInt8.self), to: arguments.output(0, as: UInt8.self))
            }
        }
    }

    /// Adds one input's extent along the axis, and its knowledge of the other dimensions.
    private func join(_ input: Facts, at index: Int, along axis: Int, into dimensions: inout [Dimension]) throws {
        try input.requireRank(dimensions.count, input: index)
        guard let shape = input.shape else {
            dimensions[axis] = .unknown
            return
        }
        for (position, dimension) in shape.dimensions.enumerated() {
            if position == axis {
                guard let sum = dimensions[axis].value, let extent = dimension.value else {
                    dimensions[axis] = .unknown
                    continue
                }
                dimensions[axis] = .known(try checkedSum(sum, extent))
            } else if let known = dimensions[position].value, let other = dimension.value, known != other {
                throw OperatorFault.shape("input \(index) of shape \(shape) does not join \(Shape(dimensions))")
            } else if dimensions[position].value == nil, dimension.value != nil {
                dimensions[position] = dimension
            }
        }
    }
}

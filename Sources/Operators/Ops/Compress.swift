public import GraphIR
public import Kernels

/// The parts of the input along `axis` (of the flattened input, where it is missing) whose condition is true.
public struct Compress: Operator {
    public static let signature = OperatorSignature("Compress")

    private let axis: Int?

    public init(_ node: Node, opset: Int) throws { axis = node.int("axis") }

    public var valueInputs: [Int] { [1] }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        let condition = try inputs.require(1)
        try condition.requireType(.bool, input: 1)
        try condition.requireRank(1, input: 1)
        guard let shape = data.shape else { return [Facts(data.elementType, axis == nil ? .unknown(rank: 1) : nil)] }
        var flat = axis == nil ? Shape([try dimensionProduct(shape.dimensions)]) : shape
        let axis = try normalizedAxis(axis ?? 0, rank: flat.rank)
        let chosen = try flat[axis].value.flatMap { try positions(condition, extent: $0) }
        flat.dimensions[axis] = chosen.map { .known($0.count) } ?? .unknown
        return [Facts(data.elementType, flat)]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let extents = axis == nil ? [data.elementCount] : data.extents
        let (outer, extent, inner) = around(try normalizedAxis(axis ?? 0, rank: extents.count), of: extents)
        guard let chosen = try positions(inputs.require(1), extent: extent) else {
            throw OperatorFault.needsValue(input: 1)
        }
        let gather = BlockGather(
            outer: outer, extent: extent, block: inner * (try data.elementWidth()), count: chosen.count)
        return Kernel { arguments in
            chosen.withUnsafeBytes { indices in
                guard let indices = indices.baseAddress else { return }
                _ = gather.run(
                    from: arguments.input(0, as: UInt8.self), indices: Indices(indices, isWide: true),
                    to: arguments.output(0, as: UInt8.self))
            }
        }
    }

    /// Where the condition is true; `nil` where it is not known. Throws `OperatorFault.shape` where it is longer than
    /// the axis and true beyond it.
    private func positions(_ condition: Facts, extent: Int) throws -> [Int64]? {
        guard let truths = condition.constant?.integers else { return nil }
        let chosen = truths.indices.filter { truths[$0] != 0 }
        if let last = chosen.last, last >= extent {
            throw OperatorFault.shape("the condition chooses element \(last) of \(extent)")
        }
        return chosen.map(Int64.init)
    }
}

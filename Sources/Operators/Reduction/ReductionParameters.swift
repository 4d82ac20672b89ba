internal import GraphIR

/// Which axes a reduction takes together, and whether they stay with extent 1.
struct ReductionParameters: Sendable {
    let axes: AxesArgument
    private let keepsAxes: Bool
    /// Whether no axes means none at all rather than every one.
    private let takesNone: Bool

    /// The axes are an attribute before opset `version`, input 1 since then.
    init(_ node: Node, opset: Int, axesInputSince version: Int = 18) throws {
        axes = AxesArgument(node, opset: opset, inputSince: version, at: 1)
        keepsAxes = try node.flag("keepdims", default: true)
        takesNone = try node.flag("noop_with_empty_axes")
    }

    /// Which of the axes go, by position; `nil` where they are not known. Throws `OperatorFault.attribute`.
    func isReduced(_ inputs: Inputs, rank: Int) throws -> [Bool]? {
        guard axes.isKnown(inputs) else { return nil }
        let values = try axes.values(inputs) ?? []
        guard !values.isEmpty else { return Array(repeating: !takesNone, count: rank) }
        var result = Array(repeating: false, count: rank)
        for axis in try normalizedAxes(values, rank: rank) { result[axis] = true }
        return result
    }

    /// The shape of the result of reducing input 0; `nil` where its rank is not known.
    func outputShape(_ inputs: Inputs) throws -> Shape? {
        guard let shape = try inputs.require(0).shape else { return nil }
        guard let isReduced = try isReduced(inputs, rank: shape.rank) else {
            return keepsAxes ? .unknown(rank: shape.rank) : nil
        }
        let pairs = zip(shape.dimensions, isReduced)
        return Shape(keepsAxes ? pairs.map { $1 ? 1 : $0 } : pairs.filter { !$0.1 }.map(\.0))
    }
}

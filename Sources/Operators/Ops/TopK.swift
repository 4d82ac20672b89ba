internal import GraphIR
internal import Kernels

/// The k greatest or least elements along an axis and their positions, in order even where that is not asked for. k is
/// an attribute before opset 10, input 1 since then.
struct TopK: Operator {
    static let signature = OperatorSignature("TopK")
    private let axis: Int
    private let attribute: Int?
    private let greatest: Bool

    init(_ node: Node, opset: Int) throws {
        axis = node.int("axis") ?? -1
        attribute = opset < 10 ? try node.requireInt("k") : nil
        greatest = try node.flag("largest", default: true)
    }

    var valueInputs: [Int] { attribute == nil ? [1] : [] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard let shape = x.shape else { return [Facts(x.elementType, nil), Facts(.int64, nil)] }
        let axis = try normalizedAxis(axis, rank: shape.rank)
        var dimensions = shape.dimensions
        dimensions[axis] = try count(inputs, of: shape[axis].value).map(Dimension.known) ?? .unknown
        return [Facts(x.elementType, Shape(dimensions)), Facts(.int64, Shape(dimensions))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0)
            try checkedProduct(x.extents)
            let axis = try normalizedAxis(axis, rank: x.extents.count)
            let blocks = AxisBlocks(x.extents, axes: axis..<axis + 1), greatest = greatest
            guard let loop = TopLoop(x.elementType, blocks, count: outputs[0].extents[axis]) else {
                throw OperatorFault.elementType(input: 0, got: x.elementType)
            }
            return Kernel(scratchBytes: loop.scratchBytes) {
                loop.run(
                    $0.input(0, as: UInt8.self), values: $0.rawOutput(0), positions: $0.rawOutput(1),
                    greatest: greatest, scratch: $0.scratch)
            }
        }
    }

    /// k; `nil` where it is not known. Throws `OperatorFault.value` where the axis has not that many elements.
    private func count(_ inputs: Inputs, of extent: Int?) throws -> Int? {
        var count = attribute
        if attribute == nil {
            let values = try inputs.integers(1)
            if let values, values.count != 1 {
                throw OperatorFault.shape("k has \(values.count) elements, expected 1")
            }
            count = values?.first
        }
        guard let count else { return nil }
        guard count >= 0, count <= extent ?? Int.max else {
            throw OperatorFault.value("k is \(count), the axis has \(extent ?? 0) elements")
        }
        return count
    }
}

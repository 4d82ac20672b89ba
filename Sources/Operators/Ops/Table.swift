internal import GraphIR
internal import Kernels

/// A function of one 8-bit integer, y = table[x - least], or one for each index of an axis. Inputs: x (int8 or uint8)
/// and the tables of int8 or uint8. Their first axis has 256 entries in the order of x's values from the least on; the
/// others are broadcast with x, and at most one of them has an extent above 1: [256] is one table for all,
/// [256, C, 1, 1] one for each channel of an image.
struct Table: Operator {
    static let signature = OperatorSignature("Table", domain: "onnxq")
    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [1] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(0)
        _ = try inputs.isSigned8Bit(1)
        let tables = try inputs.require(1)
        let others = tables.shape.map { Shape(Array($0.dimensions.dropFirst())) }
        return [Facts(tables.elementType, try broadcast([inputs.require(0).shape, others]))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), y = outputs[0], isSigned = try inputs.isSigned8Bit(0)
        guard let tables = try inputs.require(1).constant, tables.extents.first == 256 else {
            throw OperatorFault.shape("a table must have 256 entries")
        }
        let bytes = tables.bytes.withUnsafeBytes { Array($0) }, count = y.elementCount
        let axes = tables.extents.indices.dropFirst().filter { tables.extents[$0] != 1 }
        guard let axis = axes.first else {
            let table = ByteTable(bytes, inputIsSigned: isSigned)
            return Kernel(storage: .mayOverwrite([0])) { table.run($0.input(0), $0.output(0), count: count) }
        }
        let channels = axis - tables.extents.count + y.extents.count
        guard axes.count == 1, tables.extents[axis] == y.extents[channels] else {
            throw OperatorFault.shape("tables of shape \(tables.extents) are not along one axis of \(y.extents)")
        }
        let each = ByteTables(
            bytes, inputIsSigned: isSigned, x: x.storedExtents(for: y), output: y.storedExtents(),
            axis: y.storedAxis(channels))
        return Kernel(storage: x.elementCount == count ? .mayOverwrite([0]) : .separate) {
            each.run($0.input(0), $0.output(0))
        }
    }
}

internal import GraphIR
internal import Kernels

/// A function of one 8-bit integer: y = table[x - least]. Inputs: x (int8 or uint8) and the table of int8 or uint8. Its
/// first axis has 256 entries in the order of x's values from the least on; x is broadcast to the other axes, of which
/// each has an extent of 1.
struct Table: Operator {
    static let signature = OperatorSignature("Table", domain: "onnxq")
    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [1] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(0)
        _ = try inputs.isSigned8Bit(1)
        let table = try inputs.require(1)
        let others = table.shape.map { Shape(Array($0.dimensions.dropFirst())) }
        return [Facts(table.elementType, try broadcast([inputs.require(0).shape, others]))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard let values = try inputs.require(1).constant, values.extents.first == 256, values.elementCount == 256
        else { throw OperatorFault.shape("the table must have 256 entries") }
        let table = ByteTable(values.bytes.withUnsafeBytes { Array($0) }, inputIsSigned: try inputs.isSigned8Bit(0))
        let count = outputs[0].elementCount
        return Kernel(storage: .mayOverwrite([0])) { table.run($0.input(0), $0.output(0), count: count) }
    }
}

internal import GraphIR
internal import Kernels

/// A function of one 8-bit integer: y = table[x - least]. Inputs: x (int8 or uint8) and the table, 256 constants of int8
/// or uint8 in the order of x's values from the least on.
struct Table: Operator {
    static let signature = OperatorSignature("Table", domain: "onnxq")
    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [1] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(0)
        _ = try inputs.isSigned8Bit(1)
        return [Facts(try inputs.require(1).elementType, try inputs.require(0).shape)]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard let values = try inputs.require(1).constant, values.elementCount == 256 else {
            throw OperatorFault.shape("the table must have 256 entries")
        }
        let table = ByteTable(values.bytes.withUnsafeBytes { Array($0) }, inputIsSigned: try inputs.isSigned8Bit(0))
        let count = outputs[0].elementCount
        return Kernel(storage: .mayOverwrite([0])) { table.run($0.input(0), $0.output(0), count: count) }
    }
}

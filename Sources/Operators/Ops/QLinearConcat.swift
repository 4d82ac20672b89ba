internal import GraphIR
internal import Kernels

/// Tensors on grids, one after the other along `axis`, on the grid of the result. Inputs: scale and zero point of the
/// result, then tensor, scale and zero point of each part.
struct QLinearConcat: Operator {
    static let signature = OperatorSignature("QLinearConcat", domain: "com.microsoft")
    private let axis: Int

    init(_ node: Node, opset: Int) throws { axis = try node.requireInt("axis") }

    var valueInputs: [Int] { [0, 1] + (2..<256).filter { $0 % 3 != 2 } }

    /// The tensors alone, as Concat takes them.
    private func parts(_ inputs: Inputs) throws -> Inputs {
        guard inputs.count >= 5, inputs.count % 3 == 2 else { throw OperatorFault.missingInput(inputs.count) }
        return Inputs(try stride(from: 2, to: inputs.count, by: 3).map { try inputs.require($0) })
    }

    private func concat() throws -> Concat {
        try Concat(Node("Concat", inputs: [], outputs: [], attributes: [Attribute("axis", axis)]), opset: 13)
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        _ = try inputs.isSigned8Bit(2)
        return try concat().infer(parts(inputs))
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts(Array(stride(from: 2, to: inputs.count, by: 3)), outputs[0])
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let extents = outputs[0].storedExtents()
        let axis = try normalizedAxis(axis, rank: extents.count)
        let (outer, extent, inner) = around(outputs[0].storedAxis(axis), of: extents)
        let result = try inputs.operandGrid(scale: 0, zeroPoint: 1)
        let isSigned = try inputs.isSigned8Bit(2)
        var offset = 0
        let parts = try stride(from: 2, to: inputs.count, by: 3).map { index in
            let block = try inputs.require(index).extents[axis] * inner
            defer { offset += block }
            let grid = try inputs.operandGrid(scale: index + 1, zeroPoint: index + 2)
            return (index: index, block: block, offset: offset, table: ByteTable(from: grid, to: result, isSigned: isSigned))
        }
        return Kernel { arguments in
            let y = arguments.output(0, as: UInt8.self)
            for part in parts {
                part.table.run(
                    arguments.input(part.index), y + part.offset, rows: outer, of: part.block, step: extent * inner)
            }
        }
    }
}

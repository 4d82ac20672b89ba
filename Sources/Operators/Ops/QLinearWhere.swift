internal import GraphIR
internal import Kernels

/// Elements of X where the condition holds, of Y elsewhere, on the grid of the result. Inputs: condition (bool), X, scale,
/// zero point, Y, scale, zero point, and the scale and zero point of the result.
struct QLinearWhere: Operator {
    static let signature = OperatorSignature("QLinearWhere", domain: "com.microsoft")
    init(_ node: Node, opset: Int) throws {}

    var valueInputs: [Int] { [2, 3, 5, 6, 7, 8] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        guard try inputs.require(0).elementType == .bool else {
            throw OperatorFault.elementType(input: 0, got: try inputs.require(0).elementType)
        }
        _ = try inputs.isSigned8Bit(1)
        try inputs.requireSameType(4, as: 1)
        let shapes = try [0, 1, 4].map { try inputs.require($0).shape }
        return [Facts(try inputs.require(1).elementType, try broadcast(shapes))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let result = try inputs.operandGrid(scale: 7, zeroPoint: 8), isSigned = try inputs.isSigned8Bit(1)
        let x = ByteTable(from: try inputs.operandGrid(scale: 2, zeroPoint: 3), to: result, isSigned: isSigned)
        let y = ByteTable(from: try inputs.operandGrid(scale: 5, zeroPoint: 6), to: result, isSigned: isSigned)
        let extents = outputs[0].extents
        let choice = ByteChoice(
            condition: try inputs.require(0).extents, x: try inputs.require(1).extents, y: try inputs.require(4).extents,
            output: extents)
        return Kernel {
            choice.run($0.input(0), ($0.input(1), x), ($0.input(4), y), $0.output(0))
        }
    }
}

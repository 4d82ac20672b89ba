internal import GraphIR
internal import Kernels

/// Takes each element from x where the condition is true, else from y; the three are broadcast against each other.
struct Where: ElementwiseOperator {
    static let signature = OperatorSignature("Where", versions: 9...Int.max)

    init(_ node: Node, opset: Int) throws {}

    var role: QuantizationRole { .elementwise }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let condition = try inputs.require(0), x = try inputs.require(1), y = try inputs.require(2)
        guard condition.elementType == .bool else {
            throw OperatorFault.elementType(input: 0, got: condition.elementType)
        }
        guard [8, 16, 32, 64].contains(x.elementType.bits) else {
            throw OperatorFault.elementType(input: 1, got: x.elementType)
        }
        guard x.elementType == y.elementType else { throw OperatorFault.elementType(input: 2, got: y.elementType) }
        return [Facts(x.elementType, try broadcast([condition.shape, x.shape, y.shape]))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        inputs.elementwiseLayouts([0, 1, 2], outputs[0])
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(1), y = outputs[0]
        let selection = Selection(
            condition: try inputs.require(0).storedExtents(for: y), x: x.storedExtents(for: y),
            z: try inputs.require(2).storedExtents(for: y), output: y.storedExtents(), width: x.elementType.bits / 8)
        return Kernel {
            selection.run(
                condition: $0.input(0, as: UInt8.self), $0.input(1, as: UInt8.self), $0.input(2, as: UInt8.self),
                $0.output(0, as: UInt8.self))
        }
    }
}

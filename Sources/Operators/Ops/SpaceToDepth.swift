internal import GraphIR
internal import Kernels

/// Moves blocks of spatial positions to channels: [n, c, h, w] to [n, c * b², h / b, w / b].
struct SpaceToDepth: Operator {
    static let signature = OperatorSignature("SpaceToDepth")
    private let block: Int
    private let isColumnFirst: Bool

    init(_ node: Node, opset: Int) throws {
        block = try BlockShape.block(node)
        switch node.string("mode") ?? "DCR" {
        case "DCR": isColumnFirst = false
        case "CRD": isColumnFirst = true
        case let mode: throw OperatorFault.attribute("mode", "is '\(mode)', expected DCR or CRD")
        }
    }

    var role: QuantizationRole { .sharesGrid }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard let shape = try BlockShape.image(x) else { return [Facts(x.elementType, nil)] }
        let channels = try BlockShape.times(shape[1], block * block)
        return [
            Facts(
                x.elementType,
                Shape(
                    [shape[0], channels]
                        + (try shape.dimensions[2...].map { try BlockShape.divided($0, by: block, "positions") })))
        ]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), s = x.extents, b = block
        guard x.elementCount > 0 else { return Kernel { _ in } }
        let split = [s[0], s[1], s[2] / b, b, s[3] / b, b]
        return BlockShape.transposition(
            split, isColumnFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4], width: x.elementType.bits / 8)
    }
}

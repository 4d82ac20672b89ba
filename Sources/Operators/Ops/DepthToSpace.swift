internal import GraphIR
internal import Kernels

/// Moves blocks of channels to spatial positions: [n, c, h, w] to [n, c / b², h * b, w * b].
struct DepthToSpace: Operator {
    static let signature = OperatorSignature("DepthToSpace")
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
        let channels = try BlockShape.divided(shape[1], by: block * block, "channels")
        return [
            Facts(
                x.elementType,
                Shape([shape[0], channels] + (try shape.dimensions[2...].map { try BlockShape.times($0, block) })))
        ]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), s = x.extents, b = block
        guard x.elementCount > 0 else { return Kernel { _ in } }
        let deep = outputs[0].extents[1]
        let split = isColumnFirst ? [s[0], deep, b, b, s[2], s[3]] : [s[0], b, b, deep, s[2], s[3]]
        let order = isColumnFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]
        return BlockShape.transposition(split, order, width: x.elementType.bits / 8)
    }
}

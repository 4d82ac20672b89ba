internal import GraphIR
internal import Kernels

/// Divides by the 1-norm or the 2-norm along an axis; what has norm 0 stays 0.
struct LpNormalization: Operator {
    static let signature = OperatorSignature("LpNormalization")
    private let axis: Int
    private let p: Int

    init(_ node: Node, opset: Int) throws {
        axis = node.int("axis") ?? -1
        p = node.int("p") ?? 2
        guard p == 1 || p == 2 else { throw OperatorFault.attribute("p", "is \(p), expected 1 or 2") }
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard [.float32, .float64].contains(x.elementType.computed) else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        if let rank = x.rank { _ = try normalizedAxis(axis, rank: rank) }
        return [Facts(x.elementType, x.shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0)
            try checkedProduct(x.extents)
            let axis = try normalizedAxis(axis, rank: x.extents.count), p = p
            guard let loop = NormLoop(x.elementType, AxisBlocks(x.extents, axes: axis..<axis + 1)) else {
                throw OperatorFault.elementType(input: 0, got: x.elementType)
            }
            return Kernel(storage: .mayOverwrite([0]), scratchBytes: loop.scratchBytes) {
                loop.run($0.input(0, as: UInt8.self), $0.output(0, as: UInt8.self), p: p, scratch: $0.scratch)
            }
        }
    }
}

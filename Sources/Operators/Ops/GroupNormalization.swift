internal import GraphIR
internal import Kernels

/// Brings groups of channels of each sample to mean 0 and variance 1, then scales and shifts them: by group before
/// opset 21, by channel since then.
struct GroupNormalization: Operator {
    static let signature = OperatorSignature("GroupNormalization", versions: 18...Int.max)
    private let groups: Int
    private let epsilon: Float
    private let isScaledByGroup: Bool

    init(_ node: Node, opset: Int) throws {
        groups = try node.requireInt("num_groups")
        guard groups > 0 else { throw OperatorFault.attribute("num_groups", "is \(groups), expected at least 1") }
        epsilon = node.float("epsilon") ?? 1e-5
        isScaledByGroup = opset < 21
        guard node.int("stash_type") ?? 1 == 1 else {
            throw OperatorFault.unsupported("a stash_type other than 1 (float)")
        }
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard [.float32, .float64].contains(x.elementType.computed) else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        guard let shape = x.shape else { return [Facts(x.elementType, nil)] }
        guard shape.rank >= 2 else { throw OperatorFault.rank(input: 0, got: shape.rank, expected: "at least 2") }
        if let channels = shape[1].value, channels % groups != 0 {
            throw OperatorFault.shape("\(channels) channels do not divide into \(groups) groups")
        }
        let count = isScaledByGroup ? .known(groups) : shape[1]
        for index in 1...2 {
            let facts = try inputs.require(index)
            guard facts.elementType == x.elementType else {
                throw OperatorFault.elementType(input: index, got: facts.elementType)
            }
            guard let got = facts.shape?.extents, let expected = count.value else { continue }
            guard got == [expected] else {
                throw OperatorFault.shape("input \(index) has shape \(got), expected [\(expected)]")
            }
        }
        return [Facts(x.elementType, shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0), scaled = try inputs.require(1).extents[0]
            try checkedProduct(x.extents)
            let blocks = AxisBlocks(x.extents, axes: 1..<x.extents.count)
            let normalization = RowNormalization(
                x.elementType, rows: try checkedProduct([blocks.outer, groups]), length: blocks.extent / groups,
                isCentered: true, epsilon: Double(epsilon))
            guard let normalization else { throw OperatorFault.elementType(input: 0, got: x.elementType) }
            let affine = try BroadcastAffine(
                x.elementType, extents: [blocks.outer, scaled, blocks.extent / max(scaled, 1)], scale: [scaled, 1],
                bias: [scaled, 1])
            return Kernel(storage: .mayOverwrite([0])) {
                let y = $0.output(0, as: UInt8.self)
                normalization.run($0.input(0, as: UInt8.self), y)
                affine.run(y, scale: $0.input(1, as: UInt8.self), bias: $0.rawInput(2))
            }
        }
    }
}

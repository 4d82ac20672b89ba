internal import GraphIR
internal import Kernels

/// The attributes and the working of LayerNormalization and RMSNormalization: rows that hold all axes from `axis` on.
struct TrailingNormalization: Sendable {
    private let axis: Int
    private let epsilon: Float
    private let isCentered: Bool

    init(_ node: Node, isCentered: Bool) throws {
        axis = node.int("axis") ?? -1
        epsilon = node.float("epsilon") ?? 1e-5
        self.isCentered = isCentered
        guard node.int("stash_type") ?? 1 == 1 else {
            throw OperatorFault.unsupported("a stash_type other than 1 (float)")
        }
    }

    /// The facts of the result, and of each row's mean and factor.
    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0), scale = try inputs.require(1)
        guard [.float32, .float64].contains(x.elementType.computed) else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        for (index, facts) in [(1, scale), (2, inputs[2])] {
            guard let facts else { continue }
            guard facts.elementType == x.elementType else {
                throw OperatorFault.elementType(input: index, got: facts.elementType)
            }
            if let shape = x.shape, let other = facts.shape, try broadcast(shape, other).rank != shape.rank {
                throw OperatorFault.shape("input \(index) of shape \(other) does not broadcast to \(shape)")
            }
        }
        guard let shape = x.shape else { return [x.elementType, .float32, .float32].map { Facts($0, nil) } }
        let first = try normalizedAxis(axis, rank: shape.rank)
        let rows = Shape(shape.dimensions[..<first] + Array(repeating: 1, count: shape.rank - first))
        return [Facts(x.elementType, shape), Facts(.float32, rows), Facts(.float32, rows)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0), scale = try inputs.require(1), bias = inputs[2]
            if outputs.count > 1, x.elementType == .float64 {
                throw OperatorFault.unsupported("mean and factor of float64 rows")
            }
            try checkedProduct(x.extents)
            let first = try normalizedAxis(axis, rank: x.extents.count)
            let row = Array(x.extents[first...])
            let blocks = AxisBlocks(x.extents, axes: first..<x.extents.count)
            let normalization = RowNormalization(
                x.elementType, rows: blocks.outer, length: blocks.extent, isCentered: isCentered,
                epsilon: Double(epsilon))
            guard let normalization else { throw OperatorFault.elementType(input: 0, got: x.elementType) }
            let isPlain = [scale.extents, bias?.extents ?? row].allSatisfy {
                $0.withoutLeadingOnes == row.withoutLeadingOnes
            }
            let affine = isPlain ? nil : try BroadcastAffine(
                x.elementType, extents: x.extents, scale: scale.extents, bias: bias?.extents)
            return Kernel(storage: .mayOverwrite([0])) { arguments in
                let x = arguments.input(0, as: UInt8.self), y = arguments.output(0, as: UInt8.self)
                let scale = arguments.input(1, as: UInt8.self), bias = arguments.rawInput(2)
                normalization.run(
                    x, y, scale: affine == nil ? scale : nil, bias: affine == nil ? bias : nil,
                    mean: arguments.rawOutput(1), inverse: arguments.rawOutput(2))
                affine?.run(y, scale: scale, bias: bias)
            }
        }
    }
}

extension [Int] {
    fileprivate var withoutLeadingOnes: ArraySlice<Int> { drop { $0 == 1 } }
}

internal import GraphIR
internal import Kernels
internal import Operators

/// The gradient of a convolution: by the data it is the transposed convolution with the same weight, by the weight the
/// product of the output's gradient with the windows of the data.
struct ConvolutionGradient: ProductGradientRule {
    private let shape: ConvolutionShape
    private let transposed: DNNPrimitive
    private let positions: [Int64]

    /// Throws where data and weight do not fit or oneDNN cannot prepare the transposed convolution.
    init(_ node: Node, data: Tensor, weight: Tensor) throws {
        shape = try ConvolutionShape(of: node, data: data.extents, weights: weight.extents)
        var back = shape
        back.isTransposed = true
        (back.source, back.destination) = (shape.destination, shape.source)
        (back.sourceChannels, back.destinationChannels) = (shape.destinationChannels, shape.sourceChannels)
        transposed = try DNNPrimitive(back, bias: false, weights: nil)
        positions = Array(0..<Int64(shape.destination.reduce(1, *)))
    }

    func passBack(_ gradient: Tensor, inputs: [Tensor?], output: Tensor, wanted: [Bool]) throws -> [Tensor?] {
        guard wanted[0], let data = inputs[0], let weight = inputs[1] else { return [nil] }
        return [try dataGradient(gradient, weight: weight, extents: data.extents)]
    }

    /// The gradient by data of these extents.
    func dataGradient(_ gradient: Tensor, weight: Tensor, extents: [Int]) throws -> Tensor {
        try .floats(extents) { target in
            try transposed.run(gradient, by: weight, into: target)
        }
    }

    func weightGradient(_ gradient: Tensor, data: Tensor) -> Matrix {
        let each = shape.sourceChannels / shape.groups, maps = shape.destinationChannels / shape.groups
        let inner = each * shape.kernel.reduce(1, *), plane = shape.source.reduce(1, *), count = positions.count
        let result = Matrix(rows: shape.destinationChannels, columns: inner)
        let windows = Windows(shape), rows = Matrix(rows: count, columns: inner), part = Matrix(rows: maps, columns: count)
        for sample in 0..<shape.batch {
            for group in 0..<shape.groups {
                data.withFloats {
                    windows.gather(
                        $0 + (sample * shape.groups + group) * each * plane, positions: positions, into: rows, row: 0)
                }
                gradient.withFloats {
                    part.base.update(
                        from: $0 + (sample * shape.groups + group) * maps * count, count: maps * count)
                }
                result.add(part, times: rows, firstRow: group * maps)
            }
        }
        return result
    }
}

extension DNNPrimitive {
    /// Runs the primitive on tensors, without bias.
    func run(_ source: Tensor, by weight: Tensor, into target: UnsafeMutablePointer<Float>) throws {
        let scratch = AlignedMemory(count: scratchBytes)
        try source.withFloats { source in
            try weight.withFloats { weight in
                try run(source: source, weights: weight, bias: nil, destination: target, scratch: scratch.base)
            }
        }
    }
}

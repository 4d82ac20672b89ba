internal import GraphIR
internal import Kernels

/// Brings axes, taken together, to mean 0, and divides by their standard deviation plus 1e-9.
struct MeanVarianceNormalization: Operator {
    static let signature = OperatorSignature("MeanVarianceNormalization", versions: 9...Int.max)
    private let axes: [Int]

    init(_ node: Node, opset: Int) throws { axes = node.ints("axes") ?? [0, 2, 3] }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard x.elementType.computed == .float32 else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        if let rank = x.rank { _ = try normalizedAxes(axes, rank: rank) }
        return [Facts(x.elementType, x.shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0).extents
            try checkedProduct(x)
            var isReduced = Array(repeating: false, count: x.count)
            for axis in try normalizedAxes(axes, rank: x.count) { isReduced[axis] = true }
            let kept = zip(x, isReduced).map { $1 ? 1 : $0 }, count = try checkedProduct(kept)
            let perResult = zip(x, isReduced).filter(\.1).map(\.0).reduce(1, *)
            guard let mean = Reduction(.mean, .float32, extents: x, isReduced: isReduced),
                let norm = Reduction(.l2, .float32, extents: x, isReduced: isReduced),
                let subtract = BinaryLoop(.subtract, .float32, a: x, b: kept, output: x),
                let divide = BinaryLoop(.divide, .float32, a: x, b: kept, output: x)
            else { throw OperatorFault.elementType(input: 0, got: .float32) }
            var layout = ScratchLayout()
            let statistics = layout.place(count * 4), states = layout.place(max(mean.scratchBytes, norm.scratchBytes))
            let factor = 1 / Double(perResult).squareRoot()
            return Kernel(scratchBytes: layout.byteCount) { arguments in
                let y = UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self))
                let values = (arguments.scratch + statistics).bindMemory(to: Float.self, capacity: count)
                let states = arguments.scratch + states
                mean.run(arguments.input(0, as: UInt8.self), values, scratch: states)
                subtract.run(arguments.input(0, as: UInt8.self), values, y)
                norm.run(y, values, scratch: states)
                for index in 0..<count { values[index] = Float(Double(values[index]) * factor + 1e-9) }
                divide.run(y, values, y)
            }
        }
    }
}

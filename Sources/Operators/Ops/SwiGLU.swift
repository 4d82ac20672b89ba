internal import GraphIR
internal import Kernels

/// A gate times the sigmoid of `alpha` times itself, times a value.
struct SwiGLU: Operator {
    static let signature = OperatorSignature("SwiGLU", versions: 28...Int.max)
    private let alpha: Double

    init(_ node: Node, opset: Int) throws { alpha = Double(node.float("alpha") ?? 1) }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let gate = try inputs.require(0), value = try inputs.require(1)
        guard UnaryLoop(.swish, gate.elementType.computed) != nil else {
            throw OperatorFault.elementType(input: 0, got: gate.elementType)
        }
        guard value.elementType == gate.elementType else {
            throw OperatorFault.elementType(input: 1, got: value.elementType)
        }
        if let a = gate.knownExtents, let b = value.knownExtents, a != b {
            throw OperatorFault.shape("gate \(a) and value \(b) differ")
        }
        return [Facts(gate.elementType, gate.shape ?? value.shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let y = outputs[0], extents = y.extents, alpha = alpha
            guard let swish = UnaryLoop(.swish, y.elementType),
                let multiply = BinaryLoop(.multiply, y.elementType, a: extents, b: extents, output: extents)
            else { throw OperatorFault.elementType(input: 0, got: y.elementType) }
            let count = y.elementCount
            return Kernel {
                let target = $0.output(0, as: UInt8.self)
                swish.run($0.input(0, as: UInt8.self), target, count: count, p: alpha)
                multiply.run(target, $0.input(1, as: UInt8.self), target)
            }
        }
    }
}

internal import GraphIR
internal import Kernels

/// An operator that applies one function of two variables to every pair of elements, under broadcasting.
protocol ElementwiseBinary: ElementwiseOperator {
    var function: BinaryFunction { get }
    /// How the second input is laid against the first.
    var alignment: BroadcastAlignment { get }
    /// Whether the function takes the inputs the other way round.
    var swapsInputs: Bool { get }
}

extension ElementwiseBinary {
    var alignment: BroadcastAlignment { .numpy }
    var swapsInputs: Bool { false }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let a = try inputs.require(0), b = try inputs.require(1)
        guard BinaryLoop.exists(function, a.elementType.computed) else {
            throw OperatorFault.elementType(input: 0, got: a.elementType)
        }
        guard a.elementType == b.elementType else { throw OperatorFault.elementType(input: 1, got: b.elementType) }
        let shape = try alignment.result(a.shape, b.shape)
        return [Facts(function.isPredicate ? .bool : a.elementType, shape)]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        if case .within(.some) = alignment { return [.planar] }
        return inputs.elementwiseLayouts([0, 1], outputs[0])
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let a = try inputs.require(0), b = try inputs.require(1), y = outputs[0]
            let aligned = Facts(b.elementType, extents: try alignment.aligned(b.extents, against: a.extents))
            let (first, second) = swapsInputs ? (aligned, a) : (a, aligned)
            guard let loop = BinaryLoop(
                function, a.elementType, a: first.storedExtents(for: y), b: second.storedExtents(for: y),
                output: y.storedExtents())
            else {
                throw OperatorFault.elementType(input: 0, got: a.elementType)
            }
            let (left, right) = swapsInputs ? (1, 0) : (0, 1)
            return Kernel(storage: .mayOverwrite(inputs.overwritable(by: y))) {
                loop.run($0.input(left, as: UInt8.self), $0.input(right, as: UInt8.self), $0.output(0, as: UInt8.self))
            }
        }
    }
}

extension Inputs {
    /// The inputs whose memory an element-wise result may take: as many elements of the same width.
    func overwritable(by output: Facts) -> [Int] {
        (0..<count).filter { index in
            guard let facts = self[index] else { return false }
            return facts.elementType.bits == output.elementType.bits && facts.elementCount == output.elementCount
        }
    }
}

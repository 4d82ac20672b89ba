internal import GraphIR
internal import Kernels

/// x raised to a lower bound, then cut to an upper one. The bounds are attributes before opset 11, inputs since then.
struct Clip: ElementwiseOperator {
    static let signature = OperatorSignature("Clip")
    /// Lower and upper, where they are attributes.
    private let attributes: (low: Float?, high: Float?)?

    init(_ node: Node, opset: Int) throws {
        attributes = opset < 11 ? (node.float("min"), node.float("max")) : nil
    }

    var role: QuantizationRole { .activation }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard ClipLoop(x.elementType.computed) != nil else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        for index in 1...2 where attributes == nil {
            guard let bound = inputs[index] else { continue }
            guard bound.elementType == x.elementType else {
                throw OperatorFault.elementType(input: index, got: bound.elementType)
            }
            if let count = bound.shape?.elementCount, count != 1 {
                throw OperatorFault.shape("bound \(index) has \(count) elements, expected 1")
            }
        }
        return [Facts(x.elementType, x.shape)]
    }

    /// The bounds of float32 values where they are constant and in order.
    func bounds(_ inputs: Inputs) -> ClosedRange<Float>? {
        func bound(_ index: Int, _ attribute: Float?, _ missing: Float) -> Float? {
            guard attributes == nil, let facts = inputs[index] else { return attribute ?? missing }
            return facts.constant?.floats?.first
        }
        guard let low = bound(1, attributes?.low, -.infinity), let high = bound(2, attributes?.high, .infinity),
            low <= high
        else { return nil }
        return low...high
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0)
            guard let loop = ClipLoop(x.elementType) else {
                throw OperatorFault.elementType(input: 0, got: x.elementType)
            }
            let count = outputs[0].elementCount
            guard let attributes else {
                return Kernel(storage: .mayOverwrite([0])) {
                    loop.run(
                        $0.input(0, as: UInt8.self), $0.output(0, as: UInt8.self), count: count, low: $0.rawInput(1),
                        high: $0.rawInput(2))
                }
            }
            let low = try attributes.low.map { try AlignedMemory.element($0, of: x.elementType) }
            let high = try attributes.high.map { try AlignedMemory.element($0, of: x.elementType) }
            return Kernel(storage: .mayOverwrite([0])) {
                loop.run(
                    $0.input(0, as: UInt8.self), $0.output(0, as: UInt8.self), count: count, low: low?.address,
                    high: high?.address)
            }
        }
    }
}

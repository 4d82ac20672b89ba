internal import GraphIR
internal import Kernels

/// An operator that applies one function of one variable to every element.
protocol ElementwiseUnary: ElementwiseOperator {
    var function: UnaryFunction { get }
    /// The function's parameters, as `UnaryFunction` words them.
    var p: Double { get }
    var q: Double { get }
    /// The output's element type where it is not the input's.
    var resultType: ElementType? { get }
}

extension ElementwiseUnary {
    var p: Double { 0 }
    var q: Double { 0 }
    var resultType: ElementType? { nil }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard UnaryLoop(function, x.elementType.computed) != nil else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        return [Facts(resultType ?? x.elementType, x.shape)]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { inputs.elementwiseLayouts([0], outputs[0]) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0)
            guard let loop = UnaryLoop(function, x.elementType) else {
                throw OperatorFault.elementType(input: 0, got: x.elementType)
            }
            let count = outputs[0].elementCount, p = p, q = q
            let keepsWidth = x.elementType.bits == outputs[0].elementType.bits
            return Kernel(storage: keepsWidth ? .mayOverwrite([0]) : .separate) {
                loop.run($0.input(0, as: UInt8.self), $0.output(0, as: UInt8.self), count: count, p: p, q: q)
            }
        }
    }
}

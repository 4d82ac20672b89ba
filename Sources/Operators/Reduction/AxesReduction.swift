internal import GraphIR
internal import Kernels

/// An operator that reduces a tensor along axes to one value each.
protocol AxesReduction: Operator {
    var kind: ReductionKind { get }
    var parameters: ReductionParameters { get }
}

extension AxesReduction {
    var valueInputs: [Int] { parameters.axes.valueInputs }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard Reduction(kind, x.elementType.computed, extents: [], isReduced: []) != nil else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        return [Facts(x.elementType, try parameters.outputShape(inputs))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0)
            try checkedProduct(x.extents)
            guard let isReduced = try parameters.isReduced(inputs, rank: x.extents.count) else {
                throw OperatorFault.needsValue(input: 1)
            }
            guard let reduction = Reduction(kind, x.elementType, extents: x.extents, isReduced: isReduced) else {
                throw OperatorFault.elementType(input: 0, got: x.elementType)
            }
            return Kernel(scratchBytes: reduction.scratchBytes) {
                reduction.run($0.input(0, as: UInt8.self), $0.output(0, as: UInt8.self), scratch: $0.scratch)
            }
        }
    }
}

internal import GraphIR
internal import Kernels

/// The attributes and the working of CumSum and CumProd.
struct RunningParameters: Sendable {
    private let isExclusive: Bool
    private let isReverse: Bool

    init(_ node: Node) throws {
        isExclusive = try node.flag("exclusive")
        isReverse = try node.flag("reverse")
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        _ = try inputs.require(1)
        return [Facts(x.elementType, x.shape)]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts], isProduct: Bool) throws -> Kernel {
        try widening(inputs, outputs) { inputs, outputs in
            let x = try inputs.require(0)
            try checkedProduct(x.extents)
            let values = try inputs.requireIntegers(1)
            guard values.count == 1 else { throw OperatorFault.shape("axis has \(values.count) elements, expected 1") }
            let axis = try normalizedAxis(values[0], rank: x.extents.count)
            let loop = RunningLoop(
                x.elementType, AxisBlocks(x.extents, axes: axis..<axis + 1), isProduct: isProduct,
                isExclusive: isExclusive, isReverse: isReverse)
            guard let loop else { throw OperatorFault.elementType(input: 0, got: x.elementType) }
            return Kernel { loop.run($0.input(0, as: UInt8.self), $0.output(0, as: UInt8.self)) }
        }
    }
}

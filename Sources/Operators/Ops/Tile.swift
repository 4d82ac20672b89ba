public import GraphIR
public import Kernels

/// The input repeated along every axis as often as `repeats` says.
public struct Tile: Operator {
    public static let signature = OperatorSignature("Tile", versions: 6...Int.max)

    public init(_ node: Node, opset: Int) throws {}

    public var valueInputs: [Int] { [1] }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        _ = try inputs.require(1)
        guard let shape = data.shape else { return [Facts(data.elementType, nil)] }
        guard let repeats = try inputs.integers(1) else { return [Facts(data.elementType, .unknown(rank: shape.rank))] }
        guard repeats.count == shape.rank, repeats.allSatisfy({ $0 >= 0 }) else {
            throw OperatorFault.shape("\(repeats) does not say how often to repeat a tensor of shape \(shape)")
        }
        let dimensions = try zip(shape.dimensions, repeats).map { try dimensionProduct([$0, .known($1)]) }
        let result = Facts(data.elementType, Shape(dimensions))
        try result.checkSize()
        return [result]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let repeats = try inputs.requireIntegers(1)
        if repeats.allSatisfy({ $0 == 1 }) { return .view() }
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let strides = rowMajorStrides(data.extents)
        let targets = rowMajorStrides(outputs[0].extents)
        let copy = StridedCopy(
            extents: zip(repeats, data.extents).flatMap { [$0, $1] }, source: strides.flatMap { [0, $0] },
            target: zip(data.extents, targets).flatMap { [$0 * $1, $1] }, width: try data.elementWidth())
        return Kernel { copy.run(from: $0.input(0, as: UInt8.self), to: $0.output(0, as: UInt8.self)) }
    }
}

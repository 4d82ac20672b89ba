public import GraphIR
public import Kernels

/// The input broadcast against a shape.
public struct Expand: Operator {
    public static let signature = OperatorSignature("Expand")

    public init(_ node: Node, opset: Int) throws {}

    public var valueInputs: [Int] { [1] }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        _ = try inputs.require(1)
        guard let shape = data.shape else { return [Facts(data.elementType, nil)] }
        guard let wanted = try inputs.shapeGiven(by: 1) else { return [Facts(data.elementType, nil)] }
        let result = Facts(data.elementType, try broadcast(shape, wanted))
        try result.checkSize()
        return [result]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let extents = outputs[0].extents
        if data.elementCount == outputs[0].elementCount { return .view() }
        let added = Array(repeating: 0, count: extents.count - data.extents.count)
        let strides = zip(data.extents, rowMajorStrides(data.extents)).map { $0 == 1 ? 0 : $1 }
        let copy = StridedCopy(
            extents: extents, source: added + strides, target: rowMajorStrides(extents), width: try data.elementWidth())
        return Kernel { copy.run(from: $0.input(0, as: UInt8.self), to: $0.output(0, as: UInt8.self)) }
    }
}

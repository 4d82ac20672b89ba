public import GraphIR
public import Kernels

/// The same elements without the dimensions of extent 1 that `axes` names, or without any where it names none.
public struct Squeeze: ViewingOperator {
    public static let signature = OperatorSignature("Squeeze")

    private let axes: AxesArgument

    public init(_ node: Node, opset: Int) throws { axes = AxesArgument(node, opset: opset, inputSince: 13, at: 1) }

    public var valueInputs: [Int] { axes.valueInputs }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard let shape = data.shape, axes.isKnown(inputs) else { return [Facts(data.elementType, nil)] }
        guard let named = try axes.values(inputs) else { return [Facts(data.elementType, try withoutOnes(shape))] }
        let axes = try normalizedAxes(named, rank: shape.rank)
        for axis in axes where (shape[axis].value ?? 1) != 1 {
            throw OperatorFault.shape("dimension \(axis) of \(shape) is not 1 and cannot be squeezed")
        }
        let kept = shape.dimensions.indices.filter { !axes.contains($0) }
        return [Facts(data.elementType, Shape(kept.map { shape[$0] }))]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { .view() }

    /// `nil` where a dimension that is not a number could be 1.
    private func withoutOnes(_ shape: Shape) throws -> Shape? {
        shape.extents.map { Shape($0.filter { $0 != 1 }) }
    }
}

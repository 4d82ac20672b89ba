public import GraphIR
public import Kernels

/// The same elements as a matrix: the dimensions before `axis` become rows, the others columns.
public struct Flatten: ViewingOperator {
    public static let signature = OperatorSignature("Flatten")

    private let axis: Int

    public init(_ node: Node, opset: Int) throws { axis = node.int("axis") ?? 1 }

    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard let shape = data.shape else { return [Facts(data.elementType, .unknown(rank: 2))] }
        let axis = self.axis == shape.rank ? shape.rank : try normalizedAxis(self.axis, rank: shape.rank)
        let rows = try dimensionProduct(shape.dimensions[..<axis])
        let columns = try dimensionProduct(shape.dimensions[axis...])
        return [Facts(data.elementType, Shape([rows, columns]))]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { .view() }
}

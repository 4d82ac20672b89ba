public import GraphIR
public import Kernels

/// The same elements with dimensions of extent 1 put in where `axes`, counted in the output, says.
public struct Unsqueeze: ViewingOperator {
    public static let signature = OperatorSignature("Unsqueeze")

    private let axes: AxesArgument

    public init(_ node: Node, opset: Int) throws { axes = AxesArgument(node, opset: opset, inputSince: 13, at: 1) }

    public var valueInputs: [Int] { axes.valueInputs }
    public var role: QuantizationRole { .sharesGrid }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard let shape = data.shape, axes.isKnown(inputs) else { return [Facts(data.elementType, nil)] }
        guard let named = try axes.values(inputs) else { throw OperatorFault.attribute("axes", "axes are required") }
        let rank = shape.rank + named.count
        let axes = Set(try normalizedAxes(named, rank: rank))
        var rest = shape.dimensions.makeIterator()
        let dimensions = (0..<rank).map { axes.contains($0) ? 1 : rest.next() ?? .unknown }
        return [Facts(data.elementType, Shape(dimensions))]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { .view() }
}

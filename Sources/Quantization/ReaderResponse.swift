public import GraphIR
internal import Kernels
internal import Operators

/// What readers make of a value, element by element, before anything else reads it: x times its sigmoid, a hard swish.
///
/// An error of the value counts as much as the function lets through. Where it is flat, as all such functions are far
/// below zero, the grid may end.
public struct ReaderResponse: Sendable {
    /// Elementwise operators whose errors are worth looking at: those that are finite where their inputs are.
    static let elementwise: Set<String> = [
        "Add", "Sub", "Mul", "Div", "Min", "Max", "Clip", "Relu", "LeakyRelu", "Elu", "Celu", "Selu", "Softplus",
        "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Mish", "Tanh", "Erf", "Gelu",
    ]
    private static let mostNodes = 8

    /// What the function gives.
    let result: String
    private let function: ElementwiseFunction

    /// `nil` where something else reads the value as well, or where nothing is computed from it alone.
    public init?(of value: String, in model: Model, _ index: GraphIndex) {
        var computed: Set<String> = [value], positions: [Int] = [], constants: [String: Tensor] = [:]
        func readers() -> Set<Int> {
            Set(computed.flatMap { index.consumers[$0] ?? [] }).subtracting(positions)
        }
        while positions.count < Self.mostNodes, let position = readers().min() {
            let node = model.graph.nodes[position]
            guard Self.elementwise.contains(node.opType), (node.domain ?? "").isStandardDomain, node.outputs.count == 1
            else { return nil }
            for input in node.inputs where !input.isEmpty && !computed.contains(input) {
                guard let constant = model.graph.initializers[input], constant.elementCount == 1 else { return nil }
                constants[input] = constant
            }
            positions.append(position)
            computed.insert(node.outputs[0])
            let open = computed.filter { name in
                index.outputs.contains(name) || (index.consumers[name] ?? []).contains { !positions.contains($0) }
            }
            guard open.count == 1, let last = open.first, last != value else { continue }
            result = last
            function = ElementwiseFunction(
                positions.map { model.graph.nodes[$0] }, opset: model.opset, constants: constants, from: value,
                to: last)
            return
        }
        return nil
    }

    /// The square of the function's slope at each value, which a squared error of the value is multiplied by; taken over
    /// a step of about an 8-bit grid's. `nil` where the function cannot be computed or all values are zero.
    func squaredSlopes(at values: Matrix) -> Matrix? {
        let points = Array(values.elements), step = 0x1p-7 * (points.lazy.map(\.magnitude).max() ?? 0)
        guard step > 0, let above = try? self(points.map { $0 + step }), let below = try? self(points.map { $0 - step }),
            above.count == points.count, below.count == points.count
        else { return nil }
        let slopes = Matrix(unwrittenRows: values.rows, columns: values.columns)
        for index in points.indices {
            let slope = (above[index] - below[index]) / (2 * step)
            slopes.elements[index] = slope * slope
        }
        return slopes
    }

    /// The function at `points`. Throws `OperatorFault`.
    public func callAsFunction(_ points: [Float]) throws -> [Float] {
        try function(Tensor(points, [points.count]))?.floats ?? []
    }
}

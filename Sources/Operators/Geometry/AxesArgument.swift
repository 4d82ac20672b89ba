import GraphIR

/// A list of integers that an operator takes from an attribute up to one opset version and from an input since then.
struct AxesArgument: Sendable {
    private let attribute: [Int]?
    private let input: Int?

    init(_ node: Node, _ name: String = "axes", opset: Int, inputSince version: Int, at index: Int) {
        input = opset >= version ? index : nil
        attribute = input == nil ? node.ints(name) : nil
    }

    /// The operator's `valueInputs` of this argument.
    var valueInputs: [Int] { input.map { [$0] } ?? [] }

    /// Whether `values` says all there is to say.
    func isKnown(_ inputs: Inputs) -> Bool { input.map { !inputs.lacksValue($0) } ?? true }

    /// The integers; `nil` where they are left out or not known. Throws `OperatorFault.elementType`.
    func values(_ inputs: Inputs) throws -> [Int]? {
        guard let input else { return attribute }
        return try inputs.integers(input)
    }
}

internal import GraphIR
internal import Interpreter

/// Runs every layer of a quantized model alone: each is fed the float model's values, so that what it gives differs
/// from float by its own error only.
///
/// A layer is what lies between values that both models have: the quantize and dequantize nodes among it.
struct OwnErrors {
    private let session: Session
    /// The values cut, and the name under which the layer's own result goes.
    private let own: [String: String]
    private let inputs: [String]

    /// Cuts `model` at the values `names`. Throws what `Session` throws. O(model).
    init(_ model: Model, cutAt names: Set<String>) throws {
        var cut = model, fresh = GraphNames(model.graph), own: [String: String] = [:]
        for (position, node) in model.graph.nodes.enumerated() {
            for (index, output) in node.outputs.enumerated() where names.contains(output) {
                let name = fresh.fresh(output + "_own")
                own[output] = name
                cut.graph.nodes[position].outputs[index] = name
            }
        }
        self.own = own
        cut.graph.inputs = model.graph.requiredInputs + own.keys.sorted().map { ValueInfo($0, nil) }
        cut.graph.outputs = own.keys.sorted().compactMap { own[$0] }.map { ValueInfo($0, nil) }
        cut.graph.valueInfo = model.graph.valueInfo.filter { own[$0.name] == nil }
        inputs = cut.graph.inputs.map(\.name)
        session = try Session(cut)
    }

    /// Calls `visit` with the name of each value cut and what its layer makes of the float values `values`, the model's
    /// inputs among them. Nothing is run where a value is missing. Throws the errors of running.
    func run(_ values: [String: Tensor], visit: (String, Tensor) throws -> Void) throws {
        let given = values.filter { inputs.contains($0.key) }
        guard given.count == inputs.count else { return }
        let results = try session.run(given)
        for (name, result) in own.sorted(by: { $0.key < $1.key }) {
            if let tensor = results[result] { try visit(name, tensor) }
        }
    }
}

internal import GraphIR
internal import Kernels

/// A layer of long short-term memory cells over sequences, in one direction or both.
struct LSTM: Operator {
    static let signature = OperatorSignature("LSTM", versions: 7...Int.max)
    private let form: RecurrentForm
    private let couples: Bool

    init(_ node: Node, opset: Int) throws {
        form = try RecurrentForm(node, gates: 4, defaults: [.sigmoid, .tanh, .tanh])
        couples = try node.flag("input_forget")
    }

    func infer(_ inputs: Inputs) throws -> [Facts] { try form.infer(inputs, states: 2) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let extents = try form.extents(inputs, initial: [5, 6], peepholes: 7)
        let layer = try RecurrentLayer(form, extents, initial: [5, 6], inputs)
        let product = try StateProduct(extents, gates: 0..<4, inputs)
        let cells = form.activations.map {
            RecurrentCell(hidden: extents.hidden, activations: $0, clip: form.clip)
        }
        let couples = couples, hidden = extents.hidden, width = extents.width
        return try layer.kernel(cellScratch: product.scratchBytes) { step, arguments in
            try product.run(step.direction, step.state, into: step.gates, scratch: step.scratch, arguments)
            let peepholes = arguments.rawInput(7)?.assumingMemoryBound(to: Float.self)
            for sequence in 0..<step.batch {
                guard let input = step.input(sequence) else { continue }
                cells[step.direction].stepLSTM(
                    input, step.gates + sequence * width,
                    peepholes: peepholes.map { $0 + step.direction * 3 * hidden }, couples: couples,
                    memory: step.memory + sequence * hidden, state: step.state + sequence * hidden)
            }
        }
    }
}

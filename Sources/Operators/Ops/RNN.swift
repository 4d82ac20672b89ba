internal import GraphIR
internal import Kernels

/// A layer of plain recurrent cells over sequences, in one direction or both.
struct RNN: Operator {
    static let signature = OperatorSignature("RNN", versions: 7...Int.max)
    private let form: RecurrentForm

    init(_ node: Node, opset: Int) throws { form = try RecurrentForm(node, gates: 1, defaults: [.tanh]) }

    func infer(_ inputs: Inputs) throws -> [Facts] { try form.infer(inputs, states: 1) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let extents = try form.extents(inputs, initial: [5])
        let layer = try RecurrentLayer(form, extents, initial: [5], inputs)
        let product = try StateProduct(extents, gates: 0..<1, inputs), hidden = extents.hidden
        let cells = form.activations.map { RecurrentCell(hidden: hidden, activations: $0, clip: form.clip) }
        return try layer.kernel(cellScratch: product.scratchBytes) { step, arguments in
            try product.run(step.direction, step.state, into: step.gates, scratch: step.scratch, arguments)
            for sequence in 0..<step.batch {
                guard let input = step.input(sequence) else { continue }
                cells[step.direction].stepRNN(
                    input, step.gates + sequence * hidden, state: step.state + sequence * hidden)
            }
        }
    }
}

internal import GraphIR
internal import Kernels

/// A layer of gated recurrent units over sequences, in one direction or both.
struct GRU: Operator {
    static let signature = OperatorSignature("GRU", versions: 7...Int.max)
    private let form: RecurrentForm
    /// Whether gate r applies to what the state brings to gate h, rather than to the state.
    private let resetsLate: Bool

    init(_ node: Node, opset: Int) throws {
        form = try RecurrentForm(node, gates: 3, defaults: [.sigmoid, .tanh])
        resetsLate = try node.flag("linear_before_reset")
    }

    func infer(_ inputs: Inputs) throws -> [Facts] { try form.infer(inputs, states: 1) }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let extents = try form.extents(inputs, initial: [5])
        let layer = try RecurrentLayer(form, extents, initial: [5], inputs)
        let cells = form.activations.map {
            RecurrentCell(hidden: extents.hidden, activations: $0, clip: form.clip)
        }
        return try resetsLate
            ? kernelResettingLate(layer, extents, cells, inputs) : kernelResettingEarly(layer, extents, cells, inputs)
    }

    private func kernelResettingLate(
        _ layer: RecurrentLayer, _ extents: RecurrentExtents, _ cells: [RecurrentCell], _ inputs: Inputs
    ) throws -> Kernel {
        let product = try StateProduct(extents, gates: 0..<3, inputs), hidden = extents.hidden
        return try layer.kernel(cellScratch: product.scratchBytes) { step, arguments in
            try product.run(step.direction, step.state, into: step.gates, scratch: step.scratch, arguments)
            let cell = cells[step.direction]
            for sequence in 0..<step.batch {
                guard let input = step.input(sequence) else { continue }
                let row = step.gates + sequence * 3 * hidden
                cell.openGRU(input, row)
                cell.finishGRU(
                    input, row, resets: true, candidate: row + 2 * hidden, state: step.state + sequence * hidden)
            }
        }
    }

    private func kernelResettingEarly(
        _ layer: RecurrentLayer, _ extents: RecurrentExtents, _ cells: [RecurrentCell], _ inputs: Inputs
    ) throws -> Kernel {
        let opening = try StateProduct(extents, gates: 0..<2, inputs), hidden = extents.hidden
        let closing = try StateProduct(extents, gates: 2..<3, inputs)
        let scratchBytes = max(opening.scratchBytes, closing.scratchBytes)
        return try layer.kernel(cellScratch: scratchBytes) { step, arguments in
            try opening.run(step.direction, step.state, into: step.gates, scratch: step.scratch, arguments)
            let cell = cells[step.direction], candidates = step.gates + step.batch * 2 * hidden
            for sequence in 0..<step.batch {
                let row = step.gates + sequence * 2 * hidden, state = step.state + sequence * hidden
                if let input = step.input(sequence) { cell.openGRU(input, row) }
                cell.reset(row, state: state, into: step.memory + sequence * hidden)
            }
            try closing.run(step.direction, step.memory, into: candidates, scratch: step.scratch, arguments)
            for sequence in 0..<step.batch {
                guard let input = step.input(sequence) else { continue }
                cell.finishGRU(
                    input, step.gates + sequence * 2 * hidden, resets: false, candidate: candidates + sequence * hidden,
                    state: step.state + sequence * hidden)
            }
        }
    }
}

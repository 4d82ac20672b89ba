internal import GraphIR
internal import Kernels

/// Walks the sequences of LSTM, GRU and RNN: one product for what all steps' inputs bring to the gates, then one for
/// each step for what the state brings, and the cell of each sequence.
struct RecurrentLayer: Sendable {
    /// Where one step finds its numbers, for the first sequence; each further one is a row later.
    struct Step {
        let direction: Int
        /// The number of sequences.
        let batch: Int
        /// What the state brings to the gates, `width` numbers a row.
        let gates: UnsafeMutablePointer<Float>
        let state: UnsafeMutablePointer<Float>
        /// The memory of an LSTM, or room for as many numbers as the state has.
        let memory: UnsafeMutablePointer<Float>
        let scratch: UnsafeMutableRawPointer
        /// What the input brings to the gates; `nil` where the sequence is over.
        let input: (Int) -> UnsafePointer<Float>?
    }

    /// Computes the gates' numbers from the state, and the new state, of all sequences.
    typealias Cell = @Sendable (Step, KernelArguments) throws -> Void

    let extents: RecurrentExtents
    let isReversed: [Bool]
    /// The positions of the initial state and, of an LSTM, of the initial memory.
    let initial: [Int]
    private let inputProducts: [DNNPrimitive?]
    private let hasBias: Bool

    /// Throws `OperatorFault`.
    init(_ form: RecurrentForm, _ extents: RecurrentExtents, initial: [Int], _ inputs: Inputs) throws {
        self.extents = extents
        self.initial = initial
        isReversed = form.isReversed
        let hasBias = inputs[3] != nil
        self.hasBias = hasBias
        let rows = extents.steps * extents.batch
        inputProducts = try (0..<extents.directions).map { direction in
            guard rows > 0 else { return nil }
            return try preparing { () throws(DNNFault) in
                try DNNPrimitive(
                    ProductShape(rows: rows, extents.input, extents.width), bias: hasBias,
                    weights: inputs[1]?.matrix(direction, extents.width * extents.input))
            }
        }
    }

    /// A kernel that runs `cell` at every step; `cellScratch` is what the cell needs.
    func kernel(cellScratch: Int, _ cell: @escaping Cell) throws -> Kernel {
        let extents = extents, state = extents.batch * extents.hidden
        let counts = [extents.steps * extents.batch * extents.width, extents.batch * extents.width, state, state]
        let offsets = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + ($1 + 15) / 16 * 16) }
        let products = inputProducts.map { $0?.scratchBytes ?? 0 }.max() ?? 0
        let bytes = try checkedProduct([offsets[4], 4]) + max(products, cellScratch) + 64
        return Kernel(scratchBytes: bytes) { arguments in
            let base = arguments.scratch.assumingMemoryBound(to: Float.self)
            for direction in 0..<extents.directions {
                let states = [base + offsets[2], base + offsets[3]]
                load(states, direction, arguments)
                try bringInput(direction, into: base, scratch: base + offsets[4], arguments)
                for count in 0..<extents.steps {
                    let time = isReversed[direction] ? extents.steps - 1 - count : count
                    let step = Step(
                        direction: direction, batch: extents.batch, gates: base + offsets[1], state: states[0],
                        memory: states[1], scratch: base + offsets[4]
                    ) { sequence in
                        guard !isOver(sequence, at: time, arguments) else { return nil }
                        return UnsafePointer(base + extents.inputRow(step: time, sequence: sequence) * extents.width)
                    }
                    try cell(step, arguments)
                    keep(step, at: time, arguments)
                }
                store(states, direction, arguments)
            }
        }
    }

    private func isOver(_ sequence: Int, at time: Int, _ arguments: KernelArguments) -> Bool {
        guard let lengths = arguments.rawInput(4)?.assumingMemoryBound(to: Int32.self) else { return false }
        return time >= Int(lengths[sequence])
    }

    private func load(_ states: [UnsafeMutablePointer<Float>], _ direction: Int, _ arguments: KernelArguments) {
        for (index, state) in states.enumerated() {
            let source = index < initial.count ? arguments.rawInput(initial[index]) : nil
            let numbers = source?.assumingMemoryBound(to: Float.self)
            for sequence in 0..<extents.batch {
                let row = state + sequence * extents.hidden
                guard let numbers else {
                    row.update(repeating: 0, count: extents.hidden)
                    continue
                }
                let from = extents.stateRow(direction: direction, sequence: sequence)
                row.update(from: numbers + from * extents.hidden, count: extents.hidden)
            }
        }
    }

    private func bringInput(
        _ direction: Int, into gates: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>,
        _ arguments: KernelArguments
    ) throws {
        let weights = arguments.input(1, as: Float.self) + direction * extents.width * extents.input
        let bias = hasBias ? arguments.input(3, as: Float.self) + direction * 2 * extents.width : nil
        try inputProducts[direction]?.run(
            source: arguments.input(0, as: Float.self), weights: weights, bias: bias, destination: gates,
            scratch: scratch)
    }

    /// Writes the states after a step; zeros for sequences that are over.
    private func keep(_ step: Step, at time: Int, _ arguments: KernelArguments) {
        guard let output = arguments.rawOutput(0)?.assumingMemoryBound(to: Float.self) else { return }
        for sequence in 0..<extents.batch {
            let row = extents.outputRow(step: time, direction: step.direction, sequence: sequence)
            let target = output + row * extents.hidden
            if step.input(sequence) == nil {
                target.update(repeating: 0, count: extents.hidden)
            } else {
                target.update(from: step.state + sequence * extents.hidden, count: extents.hidden)
            }
        }
    }

    private func store(_ states: [UnsafeMutablePointer<Float>], _ direction: Int, _ arguments: KernelArguments) {
        for (index, state) in states.prefix(initial.count).enumerated() {
            guard let output = arguments.rawOutput(1 + index)?.assumingMemoryBound(to: Float.self) else { continue }
            for sequence in 0..<extents.batch {
                let row = extents.stateRow(direction: direction, sequence: sequence)
                (output + row * extents.hidden).update(from: state + sequence * extents.hidden, count: extents.hidden)
            }
        }
    }
}

/// What the state brings to some gates of each direction: a product with a part of R, and its bias.
struct StateProduct: Sendable {
    private let extents: RecurrentExtents
    private let first: Int
    private let hasBias: Bool
    private let primitives: [DNNPrimitive?]

    var scratchBytes: Int { primitives.map { $0?.scratchBytes ?? 0 }.max() ?? 0 }

    /// For the gates in `gates`. Throws `OperatorFault`.
    init(_ extents: RecurrentExtents, gates: Range<Int>, _ inputs: Inputs) throws {
        self.extents = extents
        let first = gates.lowerBound * extents.hidden, hasBias = inputs[3] != nil
        self.first = first
        self.hasBias = hasBias
        primitives = try (0..<extents.directions).map { direction in
            guard extents.batch > 0 else { return nil }
            let weights = inputs[2]?.matrix(direction, extents.width * extents.hidden, first * extents.hidden)
            let shape = ProductShape(rows: extents.batch, extents.hidden, gates.count * extents.hidden)
            return try preparing { () throws(DNNFault) in try DNNPrimitive(shape, bias: hasBias, weights: weights) }
        }
    }

    func run(
        _ direction: Int, _ state: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutableRawPointer, _ arguments: KernelArguments
    ) throws {
        let weights = arguments.input(2, as: Float.self) + (direction * extents.width + first) * extents.hidden
        let bias = hasBias ? arguments.input(3, as: Float.self) + (2 * direction + 1) * extents.width + first : nil
        try primitives[direction]?.run(
            source: state, weights: weights, bias: bias, destination: target, scratch: scratch)
    }
}

extension ProductShape {
    /// `rows` of `terms` numbers times the transpose of a dense [columns, terms].
    fileprivate init(rows: Int, _ terms: Int, _ columns: Int) {
        self.init(
            source: [rows, terms], sourceStrides: [terms, 1], weights: [terms, columns], weightsStrides: [1, terms],
            destination: [rows, columns])
    }
}

extension Facts {
    /// Where the matrix of one direction begins in constant weights.
    fileprivate func matrix(_ direction: Int, _ elements: Int, _ first: Int = 0) -> UnsafeRawPointer? {
        constant.map { $0.bytes.address + (direction * elements + first) * MemoryLayout<Float>.size }
    }
}

internal import GraphIR
internal import Kernels

/// The attributes and the shapes that LSTM, GRU and RNN have in common.
///
/// Inputs: X [steps, batch, input], W [directions, gates * hidden, input], R [directions, gates * hidden, hidden], and
/// on wish B [directions, 2 * gates * hidden], sequence_lens [batch] and the initial state [directions, batch, hidden].
/// Outputs: the state after every step [steps, directions, batch, hidden], and the last one. With `layout` 1 the batch
/// is the first dimension of all of these.
struct RecurrentForm: Sendable {
    let gates: Int
    /// Whether each direction reads its sequence from the end.
    let isReversed: [Bool]
    let hidden: Int?
    let clip: Float?
    /// For each direction.
    let activations: [[CellActivation]]
    let isBatchFirst: Bool

    /// `defaults` are the activations of one direction.
    init(_ node: Node, gates: Int, defaults: [CellActivation.Name]) throws {
        self.gates = gates
        isReversed = try node.choice(
            "direction", ["forward": [false], "reverse": [true], "bidirectional": [false, true]], default: [false])
        hidden = node.int("hidden_size")
        clip = node.float("clip")
        isBatchFirst = try node.flag("layout")
        activations = try node.cellActivations(defaults, directions: isReversed.count)
        if let hidden, hidden < 1 { throw OperatorFault.attribute("hidden_size", "\(hidden) is not positive") }
        if let clip, !(clip >= 0) { throw OperatorFault.attribute("clip", "\(clip) is not a bound") }
    }

    /// The facts of all states and of the last one, which an LSTM gives of its memory too.
    func infer(_ inputs: Inputs, states: Int) throws -> [Facts] {
        let x = try inputs.require(0), r = try inputs.require(2)
        for index in 0..<inputs.count where index != 4 { try inputs[index]?.require(.float32, input: index) }
        try inputs[4]?.require(.int32, input: 4)
        let width = r.shape.flatMap { $0.rank == 3 ? $0[2] : nil } ?? .unknown
        guard let shape = x.shape else { return Array(repeating: Facts(.float32, nil), count: states + 1) }
        guard shape.rank == 3 else { throw OperatorFault.rank(input: 0, got: shape.rank, expected: "3") }
        let hidden = hidden.map(Dimension.known) ?? width, directions = Dimension.known(isReversed.count)
        let (steps, batch) = isBatchFirst ? (shape[1], shape[0]) : (shape[0], shape[1])
        let all = isBatchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden]
        let last = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden]
        return [Facts(.float32, Shape(all))] + Array(repeating: Facts(.float32, Shape(last)), count: states)
    }

    /// All extents, those of every input checked. `initial` are the positions of initial states.
    func extents(_ inputs: Inputs, initial: [Int], peepholes: Int? = nil) throws -> RecurrentExtents {
        let x = try inputs.require(0).extents, r = try inputs.require(2).extents
        guard let hidden = hidden ?? r.last, hidden > 0, x[2] > 0 else {
            throw OperatorFault.shape("an input of shape \(x) and a recurrence of shape \(r) leave no numbers")
        }
        let (steps, batch) = isBatchFirst ? (x[1], x[0]) : (x[0], x[1]), directions = isReversed.count
        let width = try checkedProduct([gates, hidden])
        func check(_ index: Int, _ expected: [Int]) throws {
            guard let facts = inputs[index], facts.extents != expected else { return }
            throw OperatorFault.shape("input \(index) has shape \(facts.extents), expected \(expected)")
        }
        try check(1, [directions, width, x[2]])
        try check(2, [directions, width, hidden])
        try check(3, [directions, 2 * width])
        try check(4, [batch])
        for index in initial {
            try check(index, isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden])
        }
        if let peepholes { try check(peepholes, [directions, try checkedProduct([3, hidden])]) }
        try checkedProduct([steps, batch, directions, width])
        return RecurrentExtents(
            steps: steps, batch: batch, input: x[2], hidden: hidden, gates: gates, directions: directions,
            isBatchFirst: isBatchFirst)
    }
}

/// The extents of a recurrent layer, and where its rows lie, counted in rows.
struct RecurrentExtents: Sendable {
    let steps: Int
    let batch: Int
    let input: Int
    let hidden: Int
    let gates: Int
    let directions: Int
    let isBatchFirst: Bool

    var width: Int { gates * hidden }

    func inputRow(step: Int, sequence: Int) -> Int { isBatchFirst ? sequence * steps + step : step * batch + sequence }

    func outputRow(step: Int, direction: Int, sequence: Int) -> Int {
        isBatchFirst
            ? (sequence * steps + step) * directions + direction : (step * directions + direction) * batch + sequence
    }

    func stateRow(direction: Int, sequence: Int) -> Int {
        isBatchFirst ? sequence * directions + direction : direction * batch + sequence
    }
}

extension Node {
    /// The activations of each direction. Parameters in `activation_alpha` and `activation_beta` belong, one after the
    /// other, to the activations that have such a parameter.
    fileprivate func cellActivations(_ defaults: [CellActivation.Name], directions: Int) throws -> [[CellActivation]] {
        var alphas = floatList("activation_alpha")[...], betas = floatList("activation_beta")[...]
        var names = Array(repeating: defaults, count: directions).flatMap(\.self)
        if case .strings(let given)? = attribute("activations") {
            names = try given.map { bytes in
                let word = String(decoding: bytes, as: UTF8.self)
                guard let name = CellActivation.Name(word) else {
                    throw OperatorFault.attribute("activations", "'\(word)' is not known")
                }
                return name
            }
        }
        guard names.count == defaults.count * directions else {
            throw OperatorFault.attribute(
                "activations", "there are \(names.count), expected \(defaults.count * directions)")
        }
        let all = names.map { name in
            let (alpha, beta) = name.defaultParameters
            return CellActivation(
                name, alpha: alpha.map { alphas.popFirst() ?? $0 } ?? 0, beta: beta.map { betas.popFirst() ?? $0 } ?? 0)
        }
        return (0..<directions).map { Array(all[($0 * defaults.count)..<(($0 + 1) * defaults.count)]) }
    }

    private func floatList(_ name: String) -> [Float] {
        if case .floats(let values)? = attribute(name) { values } else { [] }
    }
}

extension CellActivation.Name {
    /// Upper and lower case are the same.
    fileprivate init?(_ word: String) {
        let all: [Self] = [
            .relu, .tanh, .sigmoid, .leakyRelu, .thresholdedRelu, .hardSigmoid, .elu, .softsign, .softplus,
        ]
        guard let name = all.first(where: { $0.rawValue.lowercased() == word.lowercased() }) else { return nil }
        self = name
    }

    fileprivate var defaultParameters: (alpha: Float?, beta: Float?) {
        switch self {
        case .leakyRelu: (0.01, nil)
        case .thresholdedRelu, .elu: (1, nil)
        case .hardSigmoid: (0.2, 0.5)
        case .relu, .tanh, .sigmoid, .softsign, .softplus: (nil, nil)
        }
    }
}

internal import CKernels

/// A function that a recurrent cell applies to its gates.
public struct CellActivation: Sendable, Hashable {
    public enum Name: String, Sendable {
        case relu = "Relu"
        case tanh = "Tanh"
        case sigmoid = "Sigmoid"
        case leakyRelu = "LeakyRelu"
        case thresholdedRelu = "ThresholdedRelu"
        case hardSigmoid = "HardSigmoid"
        case elu = "Elu"
        case softsign = "Softsign"
        case softplus = "Softplus"
    }

    public var name: Name
    public var alpha: Float
    public var beta: Float

    public init(_ name: Name, alpha: Float = 0, beta: Float = 0) {
        self.name = name
        self.alpha = alpha
        self.beta = beta
    }

    fileprivate var activation: ck_activation {
        let (code, p, q): (ck_unary, Float, Float) = switch name {
        case .relu: (CK_RELU, 0, 0)
        case .tanh: (CK_TANH, 0, 0)
        case .sigmoid: (CK_SIGMOID, 0, 0)
        case .leakyRelu: (CK_LEAKY_RELU, alpha, 0)
        case .thresholdedRelu: (CK_THRESHOLDED_RELU, alpha, 0)
        case .hardSigmoid: (CK_HARD_SIGMOID, alpha, beta)
        case .elu: (CK_ELU, 1, alpha)
        case .softsign: (CK_SOFTSIGN, 0, 0)
        case .softplus: (CK_SOFTPLUS, 0, 0)
        }
        return ck_activation(loop: ck_find_unary(code, CK_FLOAT32), p: Double(p), q: Double(q))
    }
}

/// The cell of an LSTM, GRU or RNN layer: one step of one sequence, in float32. Gates lie one after the other, `hidden`
/// numbers each; `x` is what the input brings to them, `r` what the state brings, which is overwritten. O(hidden).
public struct RecurrentCell: Sendable {
    private let cell: ck_cell

    /// `activations` are f, g and h of the ONNX specification, as many as the cell has; `clip` bounds what goes into f
    /// and g.
    public init(hidden: Int, activations: [CellActivation], clip: Float?) {
        let all = activations.map(\.activation)
        let unused = CellActivation(.tanh).activation
        cell = ck_cell(
            hidden: hidden, clip: clip ?? .infinity, f: all.first ?? unused, g: all.count > 1 ? all[1] : unused,
            h: all.count > 2 ? all[2] : unused)
    }

    /// Gates i, o, f, c; the peepholes of i, o, f. `couples`: f is 1 - i.
    public func stepLSTM(
        _ x: UnsafePointer<Float>, _ r: UnsafeMutablePointer<Float>, peepholes: UnsafePointer<Float>?, couples: Bool,
        memory: UnsafeMutablePointer<Float>, state: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: cell) { ck_lstm_step($0, x, r, peepholes, couples, memory, state) }
    }

    /// Gates z, r, h: computes the first two in `r`.
    public func openGRU(_ x: UnsafePointer<Float>, _ r: UnsafeMutablePointer<Float>) {
        withUnsafePointer(to: cell) { ck_gru_gates($0, x, r) }
    }

    /// The state times gate r.
    public func reset(
        _ r: UnsafePointer<Float>, state: UnsafePointer<Float>, into reset: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: cell) { ck_gru_reset($0, r, state, reset) }
    }

    /// The rest of a GRU's step. `candidate` is what the state brings to gate h, to which gate r is applied where
    /// `resets`.
    public func finishGRU(
        _ x: UnsafePointer<Float>, _ r: UnsafePointer<Float>, resets: Bool, candidate: UnsafeMutablePointer<Float>,
        state: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: cell) { ck_gru_finish($0, x, r, resets, candidate, state) }
    }

    /// One gate, which becomes the state.
    public func stepRNN(
        _ x: UnsafePointer<Float>, _ r: UnsafeMutablePointer<Float>, state: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: cell) { ck_rnn_step($0, x, r, state) }
    }
}

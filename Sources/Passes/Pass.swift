public import GraphIR

/// One rewrite of a model.
///
/// A pass's file opens with Before / After / Conditions / Formula / Source. A pass keeps the graph's invariants
/// (`Graph.checkInvariants`), the model's inputs and outputs, and what the model computes.
public protocol Pass: Sendable {
    /// As reports and `--verbose` name it: lower case, words joined by `-`.
    static var name: String { get }

    /// The operators of the ONNX domain of which a graph must have one for the pass to change it; `nil` where it may
    /// change any graph. Without them it is not run.
    static var operators: [String]? { get }

    /// Rewrites `model` and returns one short line for each change, in terms of the nodes and values as they were named
    /// before. Throws only where the model itself is at fault.
    func run(_ model: inout Model) throws -> [String]
}

extension Pass {
    public static var operators: [String]? { nil }
}

public import GraphIR

/// What one pass did.
public struct PassReport: Sendable, Hashable {
    /// `Pass.name`.
    public var pass: String
    /// One line for each change, as `Pass.run` returns them.
    public var changes: [String]

    public init(pass: String, changes: [String]) {
        self.pass = pass
        self.changes = changes
    }
}

/// Passes in the order in which they run.
public struct Pipeline: Sendable {
    /// Passes that run one after another, once or until a whole round changes nothing.
    public struct Stage: Sendable {
        public var passes: [any Pass]
        public var isRepeated: Bool

        public init(_ passes: [any Pass], isRepeated: Bool = false) {
            self.passes = passes
            self.isRepeated = isRepeated
        }
    }

    public var stages: [Stage]

    public init(_ stages: [Stage]) { self.stages = stages }

    /// The passes that turn a model as it comes into one that quantization reads.
    public static func standard(opset: Int = ConvertOpset.leastTarget) -> Pipeline {
        Pipeline([
            Stage([
                // First, since every later pass asks which values are constant.
                FreezeInitializers(),
                // Before all rewrites, so that each of them knows one form of every operator only.
                ConvertOpset(to: opset),
                // After the conversion, which brings function bodies and the graph to one opset; before all rewrites,
                // which see through plain operators only.
                InlineFunctions(),
                // After functions, which may hold such values; before all that reads weights.
                WidenHalves(),
                // After functions, whose bodies may hold them; before all that looks for products and normalizations.
                ExpandFusedOperators(),
                // After functions, whose bodies may hold sums; quantization knows Add.
                ExpandSum(),
                // After functions, whose bodies hold them; before constants, which none of them is.
                ExpandCastLike(),
            ]),
            Stage(
                [
                    // First of the group: it makes initializers of Constant nodes and knows Reshape and Pad arguments.
                    FoldConstants(),
                    // After constants, which decide conditions; before the rest, which looks into no branch.
                    InlineBranches(),
                    // After constants, which tell positions; before all that looks for a neighbour.
                    ExpandSequences(),
                    // After constants, which settle shapes; before transposes, which it adds.
                    ExpandEinsum(),
                    // Before identities: two that cancel make one.
                    JoinTransposes(),
                    // After joining, which leaves fewer to look at; before identities, which it makes, and before all that
                    // looks for a neighbour: a Transpose between two nodes hides them from each other.
                    MoveTransposes(),
                    // After constants, which show what does nothing; before fusions, whose partners it brings together.
                    DropIdentities(),
                    // Before normalizations: a Pad between two nodes hides them from each other.
                    FoldPad(),
                    // Before normalizations: a Gemm has the bias that a MatMul lacks.
                    FuseMatMulAdd(),
                    // After the other rewrites: it wants its neighbours in their final form.
                    FoldBatchNormalization(),
                    // Beside it: what one folds may uncover the other's partner, and the group repeats.
                    FoldScaleAndShift(),
                    // After folding backward, which needs no condition on padding.
                    FoldBatchNormalizationForward(),
                    // Last of the group: what a fusion leaves behind still counts as a reader until it is gone.
                    RemoveDeadNodes(),
                ], isRepeated: true),
            Stage([
                // After folding has come to rest: what is left has no neighbour to go into.
                SplitBatchNormalization(),
                // After folding, which makes the constants that can be shared.
                ShareConstants(),
                // After constants are shared: equal nodes are recognized by the names of their inputs.
                ShareNodes(),
                RemoveDeadNodes(),
            ]),
        ])
    }

    /// Runs every stage on `model`, whose nodes are brought in order first, and returns a report for each pass that
    /// changed something, in the order of the runs. Throws `GraphFault` or `PassFault`.
    @discardableResult
    public func run(_ model: inout Model) throws -> [PassReport] {
        model.graph = try model.graph.sorted()
        var reports: [PassReport] = []
        for stage in stages {
            var changed: Bool
            repeat {
                changed = false
                for pass in stage.passes where Self.concerns(pass, model.graph) {
                    let changes = try pass.run(&model)
                    guard !changes.isEmpty else { continue }
                    changed = true
                    reports.append(PassReport(pass: type(of: pass).name, changes: changes))
                }
            } while changed && stage.isRepeated
        }
        return reports
    }

    /// Whether the pass may find something: most find nothing, and what they look at first takes its time.
    private static func concerns(_ pass: any Pass, _ graph: Graph) -> Bool {
        guard let operators = type(of: pass).operators else { return true }
        return graph.nodes.contains { operators.contains($0.opType) }
    }
}

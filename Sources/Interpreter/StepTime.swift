public import GraphIR
public import Operators

/// How long one step of a model's plan took, or one node that runs by itself, its rounds in a loop together.
public struct StepTime: Sendable {
    /// The node that is computed, as it was lowered.
    public let node: Node
    /// What it reads and writes; `nil` where an optional value is left out.
    public let inputs: [Facts?]
    public let outputs: [Facts?]
    /// The median over the runs.
    public let seconds: Double
}

/// Notes when each step of a run ends.
final class StepClock {
    private let clock = ContinuousClock()
    private var last: ContinuousClock.Instant
    /// By run, the duration of each step.
    private(set) var runs: [[Duration]] = []

    init() { last = clock.now }

    func beginRun() {
        runs.append([])
        last = clock.now
    }

    func endStep() {
        let now = clock.now
        runs[runs.count - 1].append(last.duration(to: now))
        last = clock.now
    }

    /// The median seconds of step `index`.
    func seconds(_ index: Int) -> Double { runs.map { $0[index] }.median }
}

/// Adds up, run after run, how long each node takes that runs by itself.
final class NodeClock {
    private let clock = ContinuousClock()
    private var start: ContinuousClock.Instant
    private var runCount = 0
    /// By the name of a node's first output.
    private var position: [String: Int] = [:]
    private var nodes: [(node: Node, inputs: [Facts?], outputs: [Facts?], runs: [Duration])] = []

    init() { start = clock.now }

    func beginRun() { runCount += 1 }

    func beginNode() { start = clock.now }

    func endNode(_ node: Node, _ inputs: [Tensor?], _ outputs: [Tensor?]) {
        let duration = start.duration(to: clock.now)
        let name = node.outputs.first { !$0.isEmpty } ?? node.label
        let known = position[name, default: nodes.count]
        if known == nodes.count {
            position[name] = known
            nodes.append((node, inputs.map(\.?.facts), outputs.map(\.?.facts), []))
        }
        nodes[known].runs += Array(repeating: .zero, count: max(runCount - nodes[known].runs.count, 0))
        nodes[known].runs[runCount - 1] += duration
    }

    /// The medians over the runs, in the order in which the nodes came first.
    var times: [StepTime] {
        nodes.map { StepTime(node: $0.node, inputs: $0.inputs, outputs: $0.outputs, seconds: $0.runs.median) }
    }
}

extension Tensor {
    fileprivate var facts: Facts { Facts(elementType, shape) }
}

extension [Duration] {
    /// In seconds; 0 where there are none.
    fileprivate var median: Double {
        guard !isEmpty else { return 0 }
        let parts = sorted()[count / 2].components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}

extension Runner {
    /// Runs all steps `runs` times and times each of them, views left out.
    func time(_ inputs: [Tensor], runs: Int) throws -> [StepTime] {
        let stepClock = StepClock()
        clock = stepClock
        defer { clock = nil }
        for _ in 0..<runs { _ = try run(inputs) { _, _ in } }
        return plan.steps.enumerated().compactMap { index, step in
            if case .view = step.kernel.storage { return nil }
            return StepTime(
                node: step.node.node, inputs: step.inputs.map { $0.map { plan.values[$0].facts } },
                outputs: step.outputs.map { $0.map { plan.values[$0].facts } }, seconds: stepClock.seconds(index))
        }
    }
}

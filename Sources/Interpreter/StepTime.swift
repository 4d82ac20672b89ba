public import GraphIR
public import Operators

/// How long one step of a model's plan took.
public struct StepTime: Sendable {
    /// The node that the step computes, as it was lowered.
    public let node: Node
    /// What the step reads and writes; `nil` where an optional value is left out.
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
    func seconds(_ index: Int) -> Double {
        let times = runs.map { $0[index] }.sorted()
        guard !times.isEmpty else { return 0 }
        let parts = times[times.count / 2].components
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

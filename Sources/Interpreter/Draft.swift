internal import GraphIR
internal import Kernels
internal import Operators

/// A plan in the making: operators and the values between them, before kernels are prepared.
struct Draft {
    struct Step {
        var reference: NodeReference
        var operation: any Operator
        /// Positions in `values`; `nil` where an optional input or output is left out.
        var reads: [Int?]
        var writes: [Int?]
        /// One for each output of the operator, those included that nothing wants.
        var outputs: [Facts]
        /// What to show after the step.
        var observed: [Plan.Observation] = []
    }

    var values: [Plan.Value] = []
    var steps: [Step] = []
    var observedInputs: [Plan.Observation] = []
    var outputs: [(name: String, value: Int)] = []
    /// Nodes that no plan can hold.
    var rest: [Program.Instruction] = []

    /// The inputs of a step as operators see them, on wish as if they lay in another layout.
    func inputs(_ step: Step, as layout: TensorLayout? = nil) -> Inputs {
        Inputs(step.reads.map { read in
            read.map {
                var facts = values[$0].facts
                facts.layout = layout ?? facts.layout
                return facts
            }
        })
    }

    /// How often each value is read, outputs and observers included. O(steps).
    var readerCounts: [Int] {
        var counts = Array(repeating: 0, count: values.count)
        for case let value? in steps.flatMap(\.reads) { counts[value] += 1 }
        for output in outputs { counts[output.value] += 1 }
        for observation in observedInputs + steps.flatMap(\.observed) { counts[observation.value] += 1 }
        return counts
    }

    /// Those of `candidates` whose results nothing reads once they and the steps `gone` are gone. O(steps).
    func unread(among candidates: Set<Int>, without gone: Set<Int>) -> Set<Int> {
        var counts = readerCounts
        func forget(_ index: Int) { for case let value? in steps[index].reads { counts[value] -= 1 } }
        gone.forEach(forget)
        var result: Set<Int> = []
        for index in candidates.subtracting(gone).sorted(by: >)
        where steps[index].writes.allSatisfy({ $0.map { counts[$0] == 0 } ?? true }) {
            result.insert(index)
            forget(index)
        }
        return result
    }

    /// Takes steps away. What is shown after one of them, constants in that case, is shown after the next. O(steps).
    mutating func remove(_ indices: Set<Int>) {
        var kept: [Step] = [], waiting: [Plan.Observation] = []
        for (index, var step) in steps.enumerated() {
            guard !indices.contains(index) else {
                waiting += step.observed
                continue
            }
            step.observed = waiting + step.observed
            waiting = []
            kept.append(step)
        }
        steps = kept
    }

    /// The plan with a kernel for every step, places in memory not yet given. Throws `NodeFault`.
    func prepared() throws -> Plan {
        let steps = try self.steps.map { step in
            let kernel = try step.reference.attributing { try step.operation.prepare(inputs(step), step.outputs) }
            // Most kernels keep constants in a form of their own.
            for case let read? in step.reads { values[read].facts.constant?.bytes.setAside() }
            return Plan.Step(node: step.reference, kernel: kernel, inputs: step.reads, outputs: step.writes)
        }
        return Plan(
            values: values, steps: steps, observedInputs: observedInputs, observed: self.steps.map(\.observed),
            outputs: outputs, rest: rest)
    }
}

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

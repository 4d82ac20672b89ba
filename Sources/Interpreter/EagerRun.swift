internal import GraphIR
internal import Kernels
internal import Operators

/// Runs nodes one by one, each prepared when its inputs are there: the way for those whose extents depend on the contents
/// of a value (NonZero, a Reshape to a computed shape).
struct EagerRun {
    private let program: Program
    private let observing: Set<String>
    private let clock: NodeClock?
    private let products: ReadyProducts
    private var values: [String: Tensor]

    /// Runs `instructions` of a program on `values`, which are there already, and gives the graph's outputs. `products`
    /// are those of earlier runs.
    static func run(
        _ program: Program, _ instructions: [Program.Instruction], values: [String: Tensor], products: ReadyProducts,
        observing: Set<String> = [], clock: NodeClock? = nil,
        observe: (String, TensorView) throws -> Void = { _, _ in }
    ) throws -> [String: Tensor] {
        var run = EagerRun(program: program, observing: observing, clock: clock, products: products, values: values)
        for instruction in instructions { try run.execute(instruction, isOfGraph: true, observe) }
        var results: [String: Tensor] = [:]
        for output in program.graph.outputs {
            guard let value = run.value(output.name) else { throw GraphFault.missingOutput(output.name) }
            results[output.name] = value
        }
        return results
    }

    private func value(_ name: String) -> Tensor? { values[name] ?? program.constants[name] }

    private func show(_ name: String, _ observe: (String, TensorView) throws -> Void) throws {
        guard observing.contains(name), let tensor = values[name] else { return }
        try tensor.bytes.withUnsafeBytes {
            try observe(name, TensorView(tensor.elementType, tensor.extents, bytes: $0))
        }
    }

    /// `isOfGraph`: it is of the graph itself, not of a subgraph.
    private mutating func execute(
        _ instruction: Program.Instruction, isOfGraph: Bool = false, _ observe: (String, TensorView) throws -> Void
    ) throws {
        let node = instruction.node
        let inputs = node.inputs.map { $0.isEmpty ? nil : value($0) }
        if let branch = instruction.operation as? ConditionalBranch {
            let nodes = try instruction.reference.attributing {
                guard let condition = inputs.first ?? nil else { throw OperatorFault.missingInput(0) }
                return try branch.nodes(condition: condition)
            }
            for node in nodes {
                try execute(program.instruction(node, position: instruction.reference.position), observe)
            }
            return
        }
        if let loop = instruction.operation as? BodyLoop {
            try execute(loop, instruction, inputs, observe)
            return
        }
        clock?.beginNode()
        let outputs = try instruction.reference.attributing {
            try (isOfGraph ? products.run(instruction, inputs, program.constants) : nil)
                ?? OperatorTable.evaluate(node, opset: instruction.reference.opset, inputs: inputs)
        }
        clock?.endNode(node, inputs, outputs)
        for case (let name, let tensor?) in zip(node.outputs, outputs) where !name.isEmpty {
            values[name] = tensor
            try show(name, observe)
        }
    }

    private mutating func execute(
        _ loop: BodyLoop, _ instruction: Program.Instruction, _ inputs: [Tensor?],
        _ observe: (String, TensorView) throws -> Void
    ) throws {
        let reference = instruction.reference
        let body = try loop.body.nodes.map { try program.instruction($0, position: reference.position) }
        for (name, constant) in loop.body.initializers { values[name] = constant }
        var rounds = try reference.attributing { try LoopRounds(loop, inputs) }
        while rounds.hasNext {
            for (name, tensor) in rounds.bindings() { values[name] = tensor }
            for instruction in body { try execute(instruction, observe) }
            let outputs = try loop.body.outputs.map { output in
                guard let tensor = value(output.name) else { throw GraphFault.missingOutput(output.name) }
                return tensor
            }
            try reference.attributing { try rounds.finish(outputs) }
        }
        for (name, tensor) in zip(instruction.node.outputs, try reference.attributing { try rounds.results() })
        where !name.isEmpty {
            values[name] = tensor
            try show(name, observe)
        }
    }
}

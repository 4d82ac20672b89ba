internal import GraphIR
internal import Kernels
internal import Operators

/// Turns a program into a plan for inputs of known extents.
struct Planner {
    private let program: Program
    private let observing: Set<String>
    private var draft = Draft()
    private var position: [String: Int] = [:]

    /// Values whose extents depend on the contents of another, and all that follow from them.
    private var late: Set<String> = []

    /// The plan for inputs with these facts, as far as extents follow from them. With `fusing`, operators go on to what
    /// follows them. Constants may take `room` bytes more than their own where that is faster. Throws `GraphFault`,
    /// `NodeFault` or `InterpreterFault`.
    static func plan(
        _ program: Program, inputs: [(name: String, facts: Facts)], observing: Set<String>, fusing: Bool, room: Int
    ) throws -> Plan {
        var planner = Planner(program: program, observing: observing)
        for (index, input) in inputs.enumerated() {
            planner.define(input.name, input.facts, at: .input(index))
            if observing.contains(input.name) {
                planner.draft.observedInputs.append(.init(value: planner.draft.values.count - 1, name: input.name))
            }
        }
        for instruction in program.instructions { try planner.place(instruction) }
        try planner.setOutputs()
        if fusing {
            AttentionFusion.run(&planner.draft)
            StepFusion.run(&planner.draft)
        }
        LayoutPlan.choose(&planner.draft)
        try ConstantGrowth.run(&planner.draft, room: room)
        var plan = try planner.draft.prepared()
        MemoryPlan.place(&plan)
        let needed = plan.arenaBytes + plan.scratchBytes
        guard needed <= MemoryPlan.mostBytes else { throw InterpreterFault.tooLarge(bytes: needed) }
        return plan
    }

    /// Makes outputs of the graph's outputs and of what nodes left for later read.
    private mutating func setOutputs() throws {
        for name in Set(draft.rest.flatMap(\.node.valuesRead)).sorted() where position[name] != nil {
            draft.outputs.append((name, position[name]!))
        }
        for output in program.graph.outputs where !late.contains(output.name) {
            guard let value = value(output.name) else { throw GraphFault.missingOutput(output.name) }
            draft.outputs.append((output.name, value))
        }
    }

    private init(program: Program, observing: Set<String>) {
        self.program = program
        self.observing = observing
    }

    @discardableResult
    private mutating func define(_ name: String, _ facts: Facts, at place: Plan.Place) -> Int {
        draft.values.append(Plan.Value(name: name, facts: facts, place: place))
        position[name] = draft.values.count - 1
        return draft.values.count - 1
    }

    /// The position of a value, a constant of the program included.
    private mutating func value(_ name: String) -> Int? {
        if let known = position[name] { return known }
        guard let constant = program.constants[name] else { return nil }
        return define(name, Facts(constant: constant), at: .constant(constant))
    }

    /// Adds one node, or leaves it for later where it needs contents that are not known.
    private mutating func place(_ instruction: Program.Instruction) throws {
        let isPlanned = late.isDisjoint(with: instruction.node.valuesRead) ? try add(instruction) : false
        guard !isPlanned else { return }
        draft.rest.append(instruction)
        late.formUnion(instruction.node.outputs.filter { !$0.isEmpty })
    }

    /// Adds one node; `false` where it needs contents that are not known.
    private mutating func add(_ instruction: Program.Instruction) throws -> Bool {
        let reads = instruction.node.inputs.map { $0.isEmpty ? nil : value($0) }
        let inputs = Inputs(reads.map { $0.map { draft.values[$0].facts } })
        for index in instruction.operation.valueInputs {
            if let facts = inputs[index], facts.constant == nil { return false }
        }
        return try instruction.reference.attributing {
            if let branch = instruction.operation as? ConditionalBranch {
                guard let condition = inputs[0]?.constant else { throw OperatorFault.missingInput(0) }
                for node in try branch.nodes(condition: condition) {
                    try place(program.instruction(node, position: instruction.reference.position))
                }
                return true
            }
            return try add(instruction, reads: reads, inputs: inputs)
        }
    }

    private mutating func add(_ instruction: Program.Instruction, reads: [Int?], inputs: Inputs) throws -> Bool {
        let node = instruction.node
        let outputs = try instruction.operation.infer(inputs)
        guard outputs.allSatisfy({ $0.knownExtents != nil }) else { return false }
        let named = zip(node.outputs, outputs).filter { !$0.0.isEmpty }
        guard node.outputs.count <= outputs.count else {
            throw OperatorFault.unsupported("output \(outputs.count) is not computed")
        }
        if named.allSatisfy({ $0.1.constant != nil }) {
            for (name, facts) in named { defineConstant(name, facts.constant!) }
            return true
        }
        if inputs.present.allSatisfy({ $0.constant != nil }) {
            let values = try OperatorTable.evaluate(
                node, opset: instruction.reference.opset, inputs: reads.map { $0.flatMap { draft.values[$0].facts.constant } })
            for case (let name, let value?) in zip(node.outputs, values) where !name.isEmpty { defineConstant(name, value) }
            return true
        }
        try outputs.forEach(Self.checkSize)
        let writes = zip(node.outputs, outputs).map { name, facts -> Int? in
            name.isEmpty ? nil : define(name, facts, at: .arena(0))
        }
        draft.steps.append(Draft.Step(
            reference: instruction.reference, operation: instruction.operation, reads: reads, writes: writes,
            outputs: outputs,
            observed: zip(node.outputs, writes).compactMap { name, value in
                guard let value, observing.contains(name) else { return nil }
                return Plan.Observation(value: value, name: name)
            }))
        return true
    }

    /// Throws where a value would take more bytes than any machine has, so that later arithmetic cannot overflow.
    private static func checkSize(_ facts: Facts) throws {
        var bytes = 16
        for extent in facts.extents {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: max(extent, 1))
            guard extent >= 0, !overflow, product <= 1 << 42 else {
                throw OperatorFault.shape("an output of shape \(facts.extents) is too large")
            }
            bytes = product
        }
    }

    private mutating func defineConstant(_ name: String, _ constant: Tensor) {
        let value = define(name, Facts(constant: constant), at: .constant(constant))
        guard observing.contains(name) else { return }
        if draft.steps.isEmpty {
            draft.observedInputs.append(.init(value: value, name: name))
        } else {
            draft.steps[draft.steps.count - 1].observed.append(.init(value: value, name: name))
        }
    }
}

internal import GraphIR
internal import Kernels
internal import Operators

/// Turns a program into a plan for inputs of known extents.
struct Planner {
    private let program: Program
    private let observing: Set<String>
    private var plan = Plan(values: [], steps: [], observedInputs: [], observed: [], outputs: [])
    private var position: [String: Int] = [:]

    /// The plan for inputs with these facts; `nil` where a shape depends on the contents of a value, so that no plan
    /// serves more than one sample. Throws `NodeFault`.
    static func plan(_ program: Program, inputs: [(name: String, facts: Facts)], observing: Set<String>) throws -> Plan? {
        var planner = Planner(program: program, observing: observing)
        for (index, input) in inputs.enumerated() {
            planner.define(input.name, input.facts, at: .input(index))
            if observing.contains(input.name) {
                planner.plan.observedInputs.append(.init(value: planner.plan.values.count - 1, name: input.name))
            }
        }
        for instruction in program.instructions {
            guard try planner.add(instruction) else { return nil }
        }
        for output in program.graph.outputs {
            guard let value = planner.value(output.name) else { throw GraphFault.missingOutput(output.name) }
            planner.plan.outputs.append((output.name, value))
        }
        MemoryPlan.place(&planner.plan)
        let needed = planner.plan.arenaBytes + planner.plan.scratchBytes
        guard needed <= MemoryPlan.mostBytes else { throw InterpreterFault.tooLarge(bytes: needed) }
        return planner.plan
    }

    private init(program: Program, observing: Set<String>) {
        self.program = program
        self.observing = observing
    }

    @discardableResult
    private mutating func define(_ name: String, _ facts: Facts, at place: Plan.Place) -> Int {
        plan.values.append(Plan.Value(name: name, facts: facts, place: place))
        position[name] = plan.values.count - 1
        return plan.values.count - 1
    }

    /// The position of a value, a constant of the program included.
    private mutating func value(_ name: String) -> Int? {
        if let known = position[name] { return known }
        guard let constant = program.constants[name] else { return nil }
        return define(name, Facts(constant: constant), at: .constant(constant))
    }

    /// Adds one node; `false` where it needs contents that are not known.
    private mutating func add(_ instruction: Program.Instruction) throws -> Bool {
        let reads = instruction.node.inputs.map { $0.isEmpty ? nil : value($0) }
        let inputs = Inputs(reads.map { $0.map { plan.values[$0].facts } })
        for index in instruction.operation.valueInputs {
            if let facts = inputs[index], facts.constant == nil { return false }
        }
        return try instruction.reference.attributing {
            if let branch = instruction.operation as? ConditionalBranch {
                guard let condition = inputs[0]?.constant else { throw OperatorFault.missingInput(0) }
                return try addBranch(branch.nodes(condition: condition), at: instruction.reference.position)
            }
            return try add(instruction, reads: reads, inputs: inputs)
        }
    }

    private mutating func addBranch(_ nodes: [Node], at position: Int) throws -> Bool {
        for node in nodes {
            guard try add(program.instruction(node, position: position)) else { return false }
        }
        return true
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
                node, opset: instruction.reference.opset, inputs: reads.map { $0.flatMap { plan.values[$0].facts.constant } })
            for case (let name, let value?) in zip(node.outputs, values) where !name.isEmpty { defineConstant(name, value) }
            return true
        }
        try outputs.forEach(Self.checkSize)
        let kernel = try instruction.operation.prepare(inputs, outputs)
        let writes = zip(node.outputs, outputs).map { name, facts -> Int? in
            name.isEmpty ? nil : define(name, facts, at: .arena(0))
        }
        plan.steps.append(Plan.Step(node: instruction.reference, kernel: kernel, inputs: reads, outputs: writes))
        plan.observed.append(zip(node.outputs, writes).compactMap { name, value in
            guard let value, observing.contains(name) else { return nil }
            return Plan.Observation(value: value, name: name)
        })
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
        if plan.observed.isEmpty {
            plan.observedInputs.append(.init(value: value, name: name))
        } else {
            plan.observed[plan.observed.count - 1].append(.init(value: value, name: name))
        }
    }
}

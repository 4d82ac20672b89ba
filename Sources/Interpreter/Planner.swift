internal import GraphIR
internal import Kernels
internal import Operators

/// Turns a program into a plan for inputs of known extents.
struct Planner {
    private let program: Program
    private let observing: Set<String>
    private var plan = Plan(values: [], steps: [], observedInputs: [], observed: [], outputs: [])
    private var position: [String: Int] = [:]
    /// For a value that exists in both layouts its twin in the other.
    private var relaid: [Int: Int] = [:]

    /// Values whose extents depend on the contents of another, and all that follow from them.
    private var late: Set<String> = []

    /// The plan for inputs with these facts, as far as extents follow from them. Throws `GraphFault`, `NodeFault` or
    /// `InterpreterFault`.
    static func plan(_ program: Program, inputs: [(name: String, facts: Facts)], observing: Set<String>) throws -> Plan {
        var planner = Planner(program: program, observing: observing)
        for (index, input) in inputs.enumerated() {
            planner.define(input.name, input.facts, at: .input(index))
            if observing.contains(input.name) {
                planner.plan.observedInputs.append(.init(value: planner.plan.values.count - 1, name: input.name))
            }
        }
        for instruction in program.instructions { try planner.place(instruction) }
        try planner.setOutputs()
        MemoryPlan.place(&planner.plan)
        let needed = planner.plan.arenaBytes + planner.plan.scratchBytes
        guard needed <= MemoryPlan.mostBytes else { throw InterpreterFault.tooLarge(bytes: needed) }
        return planner.plan
    }

    /// Makes outputs of the graph's outputs and of what nodes left for later read.
    private mutating func setOutputs() throws {
        for name in Set(plan.rest.flatMap(\.node.valuesRead)).sorted() where position[name] != nil {
            plan.outputs.append((name, position[name]!))
        }
        for output in program.graph.outputs where !late.contains(output.name) {
            guard let value = value(output.name) else { throw GraphFault.missingOutput(output.name) }
            plan.outputs.append((output.name, value))
        }
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

    /// Adds one node, or leaves it for later where it needs contents that are not known.
    private mutating func place(_ instruction: Program.Instruction) throws {
        let isPlanned = late.isDisjoint(with: instruction.node.valuesRead) ? try add(instruction) : false
        guard !isPlanned else { return }
        plan.rest.append(instruction)
        late.formUnion(instruction.node.outputs.filter { !$0.isEmpty })
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
                node, opset: instruction.reference.opset, inputs: reads.map { $0.flatMap { plan.values[$0].facts.constant } })
            for case (let name, let value?) in zip(node.outputs, values) where !name.isEmpty { defineConstant(name, value) }
            return true
        }
        try outputs.forEach(Self.checkSize)
        let layout = choice(among: instruction.operation.layouts(inputs, outputs), reads)
        let laidReads = try reads.enumerated().map { index, read in try read.map { try value($0, in: layout.input(index)) } }
        let laidOutputs = outputs.map { facts in
            var facts = facts
            facts.layout = layout.output
            return facts
        }
        let kernel = try instruction.operation.prepare(
            Inputs(laidReads.map { $0.map { plan.values[$0].facts } }), laidOutputs)
        let writes = zip(node.outputs, laidOutputs).map { name, facts -> Int? in
            name.isEmpty ? nil : define(name, facts, at: .arena(0))
        }
        plan.steps.append(Plan.Step(node: instruction.reference, kernel: kernel, inputs: laidReads, outputs: writes))
        plan.observed.append(zip(node.outputs, writes).compactMap { name, value in
            guard let value, observing.contains(name) else { return nil }
            return Plan.Observation(value: value, name: name)
        })
        return true
    }

    /// The choice that moves the fewest bytes, changes of the inputs' layouts included; of equals the first.
    private func choice(among choices: [LayoutChoice], _ reads: [Int?]) -> LayoutChoice {
        func cost(_ choice: LayoutChoice) -> Int {
            reads.enumerated().reduce(choice.cost) { sum, read in
                guard let value = read.element, !exists(value, in: choice.input(read.offset)) else { return sum }
                return sum + plan.values[value].facts.byteCount
            }
        }
        return choices.count == 1 ? choices[0] : choices.min { cost($0) < cost($1) } ?? .planar
    }

    /// Whether no bytes need to move to have the value in that layout.
    private func exists(_ value: Int, in layout: TensorLayout) -> Bool {
        let facts = plan.values[value].facts
        return facts.layout == layout || facts.isLayoutFree() || relaid[value] != nil
    }

    /// The value in that layout; a step that changes it is added where there is none yet.
    private mutating func value(_ value: Int, in layout: TensorLayout) throws -> Int {
        let facts = plan.values[value].facts
        if facts.layout == layout { return value }
        if let known = relaid[value] { return known }
        var changed = facts
        changed.layout = layout
        let name = plan.values[value].name, twin = plan.values.count
        if let constant = facts.constant {
            let copy = facts.isLayoutFree() ? constant : constant.bytes.withUnsafeBytes {
                TensorView(facts.elementType, facts.extents, layout: facts.layout, bytes: $0).copy(as: layout)
            }
            changed.constant = copy
            plan.values.append(Plan.Value(name: name, facts: changed, place: .constant(copy)))
        } else {
            plan.values.append(Plan.Value(name: name, facts: changed, place: .arena(0)))
            let node = NodeReference(
                node: Node("LayoutChange", domain: "onnxq", inputs: [name], outputs: []), position: 0, opset: 1)
            let kernel = try Self.layoutChange(facts, to: layout)
            plan.steps.append(Plan.Step(node: node, kernel: kernel, inputs: [value], outputs: [twin]))
            plan.observed.append([])
        }
        (relaid[value], relaid[twin]) = (twin, value)
        return twin
    }

    private static func layoutChange(_ facts: Facts, to layout: TensorLayout) throws -> Kernel {
        if facts.isLayoutFree() { return .view() }
        guard let change = LayoutChange(facts.elementType, facts.extents, from: facts.layout, to: layout) else {
            throw OperatorFault.unsupported("\(facts.elementType.onnxName) in another layout")
        }
        return Kernel { change.run(from: $0.input(0, as: UInt8.self), to: $0.output(0, as: UInt8.self)) }
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

internal import GraphIR
internal import Kernels

/// Runs a plan: owns its arena and the table of addresses. One run at a time.
final class Runner {
    let plan: Plan
    private let arena: AlignedMemory
    private let scratch: AlignedMemory
    /// The addresses of every step's inputs, then of its outputs, step after step.
    private let addresses: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let addressCount: Int
    private let firstAddress: [Int]
    /// Where a graph input's address goes in the table, by input.
    private var inputAddresses: [[Int]] = []
    /// Times the steps while it is set.
    var clock: StepClock?

    init(_ plan: Plan, inputCount: Int) {
        self.plan = plan
        arena = AlignedMemory(count: plan.arenaBytes)
        scratch = AlignedMemory(count: plan.scratchBytes)
        var first: [Int] = []
        var total = 0
        for step in plan.steps {
            first.append(total)
            total += step.inputs.count + step.outputs.count
        }
        firstAddress = first
        addressCount = total
        addresses = .allocate(capacity: max(total, 1))
        addresses.initialize(repeating: nil, count: max(total, 1))
        inputAddresses = Array(repeating: [], count: inputCount)
        for (step, start) in zip(plan.steps, first) {
            for (offset, value) in (step.inputs + step.outputs).enumerated() {
                guard let value else { continue }
                if case .input(let input) = plan.values[value].place {
                    inputAddresses[input].append(start + offset)
                } else {
                    addresses[start + offset] = address(of: value, inputs: [])
                }
            }
        }
    }

    deinit { addresses.deallocate() }

    /// Runs all steps. `inputs` lie in the order the plan was made for.
    func run(_ inputs: [Tensor], observe: (String, TensorView) throws -> Void) throws -> [String: Tensor] {
        try withExtendedLifetime(inputs) {
            for (tensor, slots) in zip(inputs, inputAddresses) {
                let base = UnsafeMutableRawPointer(mutating: tensor.bytes.address)
                for slot in slots { addresses[slot] = base }
            }
            for observation in plan.observedInputs {
                try observe(observation.name, view(of: observation.value, inputs: inputs))
            }
            clock?.beginRun()
            for (index, step) in plan.steps.enumerated() {
                try run(step, from: addresses + firstAddress[index])
                clock?.endStep()
                for observation in plan.observed[index] {
                    try observe(observation.name, view(of: observation.value, inputs: inputs))
                }
            }
            return Dictionary(
                plan.outputs.map { ($0.name, view(of: $0.value, inputs: inputs).copy()) }, uniquingKeysWith: { a, _ in a })
        }
    }

    private func run(_ step: Plan.Step, from base: UnsafeMutablePointer<UnsafeMutableRawPointer?>) throws {
        if case .view = step.kernel.storage { return }
        let reads = UnsafeRawPointer(base).assumingMemoryBound(to: UnsafeRawPointer?.self)
        let arguments = KernelArguments(
            inputs: UnsafeBufferPointer(start: reads, count: step.inputs.count),
            outputs: UnsafeBufferPointer(start: base + step.inputs.count, count: step.outputs.count),
            scratch: scratch.base)
        try step.node.attributing { try step.kernel.run(arguments) }
    }

    private func view(of value: Int, inputs: [Tensor]) -> TensorView {
        let facts = plan.values[value].facts
        return TensorView(
            facts.elementType, facts.extents, layout: facts.layout,
            bytes: UnsafeRawBufferPointer(start: address(of: value, inputs: inputs), count: facts.byteCount))
    }

    private func address(of value: Int, inputs: [Tensor]) -> UnsafeMutableRawPointer {
        switch plan.values[value].place {
        case .input(let index): UnsafeMutableRawPointer(mutating: inputs[index].bytes.address)
        case .constant(let tensor): UnsafeMutableRawPointer(mutating: tensor.bytes.address)
        case .arena(let offset): arena.base + offset
        }
    }
}

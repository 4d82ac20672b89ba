public import GraphIR
public import Kernels
internal import Operators

/// A model ready to run on samples of any extents it allows.
///
/// A plan is made for each combination of input extents when it is first met and kept. One run at a time.
public final class Session {
    /// The inputs a caller must give.
    public let inputs: [ValueInfo]
    /// The names of the outputs, in the model's order.
    public let outputNames: [String]
    private let program: Program
    private let observing: Set<String>
    /// Whether operators go on to what follows them.
    private let fuses: Bool
    private let room: Int
    private var runners: [[[Int]]: Runner] = [:]
    private let products = ReadyProducts()

    /// Prepares `model`. In integer mode its quantize/dequantize islands are lowered first; in literal mode the terms of
    /// a quantized model's products are added in a stated order. `observing` names the values that `run` shows. Each
    /// plan may take `room` bytes for constants in larger, faster forms; without it as many as are of use, but none in
    /// literal mode or beside values that are shown, which take memory too. Throws `GraphFault`, `NodeFault` or
    /// `InterpreterFault`. O(nodes + constants).
    public init(
        _ model: Model, mode: ExecutionMode = .literal, observing: Set<String> = [], room: Int? = nil
    ) throws {
        let lowered = switch mode {
        case .integer: GeluPattern.lower(try IntegerLowering.lower(model, keeping: observing), keeping: observing)
        case .literal: OrderedProducts.lower(model)
        }
        program = try Program(lowered)
        inputs = model.graph.requiredInputs
        if let text = (inputs + model.graph.outputs).first(where: { $0.elementType == .string }) {
            throw InterpreterFault.strings(text.name)
        }
        outputNames = model.graph.outputs.map(\.name)
        self.observing = observing
        fuses = mode == .integer
        self.room = room ?? (fuses && observing.isEmpty ? .max : 0)
    }

    /// Runs the model once. `observe` is called with each observed value as soon as it is computed; the view is valid
    /// only during the call. Throws `InterpreterFault`, `NodeFault`, and what `observe` throws.
    public func run(
        _ inputs: [String: Tensor], observe: (String, TensorView) throws -> Void = { _, _ in }
    ) throws -> [String: Tensor] {
        let given = try accepted(inputs)
        let extents = given.map(\.tensor.extents)
        let runner = try runner(given, extents)
        let results = try runner.run(given.map(\.tensor), observe: observe)
        guard !runner.plan.rest.isEmpty else { return results }
        return try EagerRun.run(
            program, runner.plan.rest, values: results, products: products, observing: observing, observe: observe)
    }

    /// Runs the model `runs` times and gives the time of each step of its plan, in order, then that of each node left to
    /// run by itself. Throws as `run` does.
    public func stepTimes(_ inputs: [String: Tensor], runs: Int) throws -> [StepTime] {
        let given = try accepted(inputs)
        let runner = try runner(given, given.map(\.tensor.extents))
        let times = try runner.time(given.map(\.tensor), runs: runs)
        guard !runner.plan.rest.isEmpty else { return times }
        let values = try runner.run(given.map(\.tensor)) { _, _ in }, clock = NodeClock()
        for _ in 0..<runs {
            clock.beginRun()
            _ = try EagerRun.run(program, runner.plan.rest, values: values, products: products, clock: clock)
        }
        return times + clock.times
    }

    private func runner(_ given: [(name: String, tensor: Tensor)], _ extents: [[Int]]) throws -> Runner {
        if let known = runners[extents] { return known }
        let facts = given.map { ($0.name, Facts($0.tensor.elementType, $0.tensor.shape)) }
        let plan = try Planner.plan(program, inputs: facts, observing: observing, fusing: fuses, room: room)
        let runner = Runner(plan, inputCount: given.count)
        runners[extents] = runner
        return runner
    }

    /// The inputs in the model's order, defaults filled in, types and extents checked.
    private func accepted(_ given: [String: Tensor]) throws -> [(name: String, tensor: Tensor)] {
        let known = program.graph.inputs.filter { program.constants[$0.name] == nil }
        if let unknown = given.keys.sorted().first(where: { name in !known.contains { $0.name == name } }) {
            throw InterpreterFault.unknownInput(unknown, known: known.map(\.name))
        }
        return try known.map { info in
            guard let tensor = given[info.name] ?? program.graph.initializers[info.name] else {
                throw InterpreterFault.missingInput(info.name)
            }
            try info.check(tensor)
            return (info.name, tensor)
        }
    }
}

extension ValueInfo {
    /// Throws where `tensor` has not the element type, rank or fixed extents of this input.
    fileprivate func check(_ tensor: Tensor) throws {
        if case .other? = type { throw InterpreterFault.notATensor(name) }
        if let elementType, elementType != tensor.elementType {
            throw InterpreterFault.inputType(name, got: tensor.elementType, expected: elementType)
        }
        guard let shape else { return }
        let fits = shape.rank == tensor.extents.count
            && zip(shape.dimensions, tensor.extents).allSatisfy { $0.value == nil || $0.value == $1 }
        guard fits else { throw InterpreterFault.inputShape(name, got: tensor.extents, expected: shape) }
    }
}

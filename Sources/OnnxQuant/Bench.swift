internal import GraphIR
public import Interpreter
internal import Kernels
internal import Operators
public import Reporting

/// What `bench` is asked to do.
public struct BenchRequest: Sendable {
    /// The path of the model.
    public var model: String
    public var mode = ExecutionMode.integer
    /// Threads to compute with; `nil` for one for each processor.
    public var threads: Int?
    /// The runs to time; `nil` for as many as fit into a second, at least 10.
    public var runs: Int?
    /// Extents of inputs by name; every other free dimension is 1.
    public var extents: [String: [Int]] = [:]
    /// Whether every step is timed on its own, too.
    public var profile = false

    public init(model: String) { self.model = model }
}

/// Measures how long a model takes on made-up inputs.
public enum Bench {
    private static let warmUpRuns = 3, leastRuns = 10, mostRuns = 1000
    private static let usualDuration = Duration.seconds(1)

    /// Prepares the model, runs it a few times unmeasured, then times every run on its own, and a single large
    /// convolution to compare with. Throws what reading and
    /// running throw, `RandomInputFault`, and `InterpreterFault` for extents that do not fit.
    public static func run(_ request: BenchRequest, progress: Progress = { _, _ in }) throws -> BenchReport {
        progress(.reading, 0)
        let threads = Threads.use(request.threads)
        let runnable = try RunnableModel(path: request.model)
        let session = try Session(runnable.executable(in: request.mode), mode: request.mode)
        if let unknown = request.extents.keys.sorted().first(where: { name in
            !session.inputs.contains { $0.name == name }
        }) {
            throw InterpreterFault.unknownInput(unknown, known: session.inputs.map(\.name))
        }
        var random = RandomInputs(seed: 1)
        let values = try random.make(session.inputs, extents: request.extents)
        let free = session.inputs.filter { $0.hasFreeDimension && request.extents[$0.name] == nil }
        try warmUp(session, values, free: free)
        let milliseconds = try time(request.runs, progress) { _ = try session.run(values) }
        let profile = request.profile
            ? Profile(try session.stepTimes(values, runs: milliseconds.count).map(\.step)) : nil
        let peak = try PeakSpeed()
        return BenchReport(
            version: onnxqVersion, model: runnable.file, mode: request.mode.rawValue,
            inputs: session.inputs.map { info in
                ValueSummary(ValueInfo(info.name, .tensor(info.elementType, values[info.name]?.shape)))
            },
            threads: threads, milliseconds: milliseconds,
            multiplyAccumulates: try MultiplyAccumulates.count(
                runnable.model, extents: values.mapValues(\.extents)),
            peak: PeakOperations(float: peak.float * 1e-9, integer: peak.integer * 1e-9), profile: profile)
    }

    /// Throws `RandomInputFault.freeDimensions` where the model does not run and `free` inputs might be why.
    private static func warmUp(_ session: Session, _ values: [String: Tensor], free: [ValueInfo]) throws {
        do {
            for _ in 0..<warmUpRuns { _ = try session.run(values) }
        } catch let error as NodeFault where !free.isEmpty && error.fault.isAboutShapes {
            throw RandomInputFault.freeDimensions(free, reason: describe(error).message)
        }
    }

    private static func time(_ runs: Int?, _ progress: Progress, _ body: () throws -> Void) throws -> [Double] {
        let clock = ContinuousClock()
        let start = clock.now
        var milliseconds: [Double] = []
        func isDone() -> Bool {
            if let runs { return milliseconds.count >= runs }
            let hasTime = start.duration(to: clock.now) < usualDuration
            return milliseconds.count >= (hasTime ? mostRuns : leastRuns)
        }
        repeat {
            milliseconds.append(1000 * (try clock.measure(body)).seconds)
            if let runs { progress(.running, Double(milliseconds.count) / Double(runs)) }
        } while !isDone()
        return milliseconds
    }
}

extension OperatorFault {
    /// Whether other extents of the inputs might do.
    fileprivate var isAboutShapes: Bool {
        switch self {
        case .shape, .rank, .value: true
        default: false
        }
    }
}

extension StepTime {
    /// The step as reports give it.
    fileprivate var step: Profile.Step {
        let product = Product(node)
        let isOnBytes = [.int8, .uint8].contains(inputs.first.flatMap(\.self)?.elementType)
        return Profile.Step(
            name: node.name.flatMap { $0.isEmpty ? nil : $0 } ?? node.outputs.first ?? "", operatorType: node.opType,
            milliseconds: 1000 * seconds,
            multiplyAccumulates: product?.count(inputs: inputs, output: outputs.first ?? nil) ?? 0,
            onIntegers: product.map { $0.takesIntegers || isOnBytes } ?? false)
    }
}

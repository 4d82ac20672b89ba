public import Reporting
internal import Calibration
internal import GraphIR
internal import Interpreter
internal import Kernels
internal import ONNXFormat
internal import Operators
internal import Passes
internal import Quantization

/// Turns a float model into a quantized one: read, fold, place, calibrate, quantize, verify, write.
public struct Converter {
    private let request: ConversionRequest
    private let progress: Progress
    private var watch = Stopwatch()
    private var stages: [ConversionReport.Stage] = []
    private var notes: [String] = []
    private var release: ConversionReport.Release?
    private var methods: Set<AccuracyMethod> {
        let methods = request.methods ?? request.effort.methods
        return request.method == nil ? methods : methods.ofVariants
    }
    private var method: RangeMethod { request.method ?? .mse }
    private var limits: Limits { Limits(leastSQNR: request.leastSQNR, mostTop1Drop: request.mostTop1Drop) }

    /// Converts as asked, and reports. Where a tolerance is missed the report says so and nothing is written.
    ///
    /// Throws the errors of reading, sampling, running and writing a model; nothing is written then.
    public static func convert(_ request: ConversionRequest, progress: Progress = { _, _ in }) throws -> ConversionReport {
        try withoutActuallyEscaping(progress) { progress in
            var converter = Converter(request, progress)
            return try converter.run()
        }
    }

    private init(_ request: ConversionRequest, _ progress: @escaping Progress) {
        self.request = request
        self.progress = progress
    }

    private mutating func run() throws -> ConversionReport {
        let options = try quantizationOptions()
        try ONNXFile.checkWritable(request.output)
        if let report = request.report { try ONNXFile.checkWritable(report) }
        let original = try read()
        let result = try convert(original.model, options)
        let quantized = result.model
        let fidelity = try verify(original.model, quantized, result.calibration.reference)
        let integer = CheckReport.ModeResult(
            mode: ExecutionMode.integer.rawValue, outputs: fidelity, top1Quantized: release?.after.top1Quantized)
        let tolerances = limits.tolerances(modes: [integer], top1Float: release?.after.top1Float)
        if tolerances.allSatisfy(\.passed) { try write(quantized) }
        let report = ConversionReport(
            version: onnxqVersion,
            input: original.file,
            output: ModelFile(
                path: request.output, bytes: ONNXFile.byteCount(quantized, at: request.output), opset: quantized.opset),
            method: method.rawValue, samples: result.calibration.source.count, operators: result.operators,
            floatReasons: result.floatReasons,
            multiplyAccumulates: try MultiplyAccumulates.count(quantized, extents: result.calibration.extents),
            fidelity: fidelity, tolerances: tolerances, accuracySteps: result.accuracySteps,
            release: release, stages: stages, seconds: watch.total, notes: notes)
        if let path = request.report { try ReportFile.write(report.jsonText() + "\n", to: path) }
        return report
    }

    /// What becomes of a model, and what reports say of the way there.
    private struct Result {
        var model: Model
        var calibration: CalibrationRun
        var accuracySteps: [ConversionReport.AccuracyStep]
        var operators: [String: ConversionReport.OperatorCount]
        var floatReasons: [ConversionReport.FloatGroup]
    }

    /// The folded model, whose weights are a second copy, lives no longer than it is needed.
    private mutating func convert(_ original: Model, _ options: QuantizationOptions) throws -> Result {
        let (folded, placement) = try fold(original, options)
        var calibration = try calibrate(folded, placement, options)
        let choice = try ProductChoice(folded, placement, extents: calibration.extents, options)
        var steps = AccuracySteps(methods, weights: request.weights) { [progress] in progress(.quantizing, $0) }
        let (model, nodes, final) = try quantize(consume folded, choice, &calibration, &steps, options)
        return Result(
            model: model, calibration: calibration, accuracySteps: steps.report, operators: .counts(nodes, final),
            floatReasons: .groups(nodes, final))
    }

    private func quantizationOptions() throws -> QuantizationOptions {
        var options = QuantizationOptions(method: method, target: request.target)
        if let pattern = request.exclude {
            let exclusion = try Exclusion(pattern)
            options.isExcluded = { exclusion.matches(name: $0, opType: $1) }
        }
        return options
    }

    // MARK: Stages

    private mutating func finish(_ stage: Stage) {
        progress(stage, 1)
        stages.append(.init(stage.rawValue, seconds: watch.lap()))
    }

    private mutating func read() throws -> (model: Model, file: ModelFile) {
        let model = try ONNXFile.read(request.input)
        let file = ModelFile(
            path: request.input, bytes: ONNXFile.byteCount(model, at: request.input), opset: model.opset)
        finish(.reading)
        return (model, file)
    }

    private mutating func fold(_ original: Model, _ options: QuantizationOptions) throws -> (Model, Placement) {
        var model = original
        try Pipeline.standard(opset: request.weights.leastOpset).run(&model)
        for tensor in original.graph.initializers.values { tensor.bytes.setAside() }
        let placement = PlacementPlanner.plan(model, facts: inferFacts(model), options: options)
        if placement.quantizedNodes.isEmpty {
            let isQuantized = placement.floatNodes.values.contains(.alreadyQuantized)
            notes.append(isQuantized ? "the model is quantized already" : "no operator could be quantized")
        }
        let inner = model.graph.nodes.flatMap(\.subgraphs).reduce(0) { $0 + $1.productCount }
        if inner > 0 { notes.append("convolutions and matrix products inside If and Loop nodes stay float: \(inner)") }
        finish(.folding)
        return (model, placement)
    }

    private mutating func calibrate(
        _ model: Model, _ placement: Placement, _ options: QuantizationOptions
    ) throws -> CalibrationRun {
        let source = try SampleSource.open(
            request.samples, inputs: model.graph.requiredInputs, limit: request.sampleLimit, batch: nil)
        let run = try CalibrationRun(model, placement, options, source: source, methods: methods) {
            progress(.calibrating, $0)
        }
        ProcessMemory.giveBackFree()
        finish(.calibrating)
        return run
    }

    private mutating func quantize(
        _ model: consuming Model, _ choice: ProductChoice, _ calibration: inout CalibrationRun,
        _ steps: inout AccuracySteps, _ options: QuantizationOptions
    ) throws -> (Model, nodes: [Node], Placement) {
        let judge = try releaseJudge(model, calibration.reference)
        let grids = ActivationGrids.choose(
            choice.placement, graph: model.graph, ranges: calibration.ranges, target: options.target)
        var variant = OutputTrials.Variant(model: consume model, placement: choice.placement, grids: grids)
        steps.improve(&variant, choice, &calibration, options)
        notes += steps.notes
        finish(.quantizing)
        if let judge {
            let options = choice.options(keeping: variant)
            (variant, release) = try released(
                variant, judge, calibration, steps, options, wide: wideType(variant.model))
            finish(.releasing)
        }
        var (result, remarks) = OutputTrials.written(variant)
        result.producerName = "onnxq"
        result.producerVersion = onnxqVersion
        notes += remarks
        if !variant.wide.nodes.isEmpty {
            _ = DropIdentities().run(&result)
            _ = try ConvertOpset(to: WideActivations.leastOpset).run(&result)
        }
        _ = LiftBiases().run(&result)
        return (result, variant.model.graph.nodes, variant.placement)
    }

    /// The variant with operators released until the tolerances are kept, and what it took. `wide` is the integer type
    /// of activations of 16 bits, `nil` for none.
    private func released(
        _ variant: OutputTrials.Variant, _ judge: ReleaseJudge, _ calibration: CalibrationRun, _ steps: AccuracySteps,
        _ options: QuantizationOptions, wide: ElementType?
    ) throws -> (OutputTrials.Variant, ConversionReport.Release) {
        let source = calibration.source
        let search = Releaser.Steps(
            widen: wide.map { type in { try WideActivations(for: $0, type, from: source) } },
            refine: { try steps.refine($0, source) }, progress: { progress(.releasing, $0) })
        var releaser = Releaser(
            judge, limits: limits, extents: calibration.extents, options: options, steps: search)
        return try releaser.release(variant)
    }

    /// The target's type of 16 bits; `nil` where it has none or the model has no form at the operator set that it
    /// needs, which a note says.
    private mutating func wideType(_ model: Model) -> ElementType? {
        guard let type = request.target.wideActivationType else { return nil }
        var model = model
        do {
            _ = try ConvertOpset(to: WideActivations.leastOpset).run(&model)
            return type
        } catch {
            notes.append("no activations of 16 bits: \(describe(error).message)")
            return nil
        }
    }

    /// `nil` where no tolerance is set.
    private func releaseJudge(_ model: Model, _ reference: FloatReference) throws -> ReleaseJudge? {
        guard limits != Limits() else { return nil }
        let samples = try LabelledSamples(
            request.samples, labels: request.labels, inputs: model.graph.requiredInputs, limit: request.sampleLimit)
        return try ReleaseJudge(
            model, samples: samples, reported: reference.samples, countsTop1: limits.mostTop1Drop != nil)
    }

    private mutating func verify(
        _ original: Model, _ quantized: Model, _ reference: FloatReference
    ) throws -> [OutputFidelity] {
        ProcessMemory.giveBackFree()
        let path = request.samples
        let verifier = Verifier(original: original, quantized: quantized, reference: reference) { limit, batch in
            try SampleSource.open(
                path, inputs: original.graph.requiredInputs, limit: limit, batch: batch)
        }
        let results = try verifier.run { progress(.verifying, $0) }
        notes += results.compactMap { $0.otherShapeText(of: reference.samples) }
        finish(.verifying)
        return results
    }

    private mutating func write(_ model: Model) throws {
        try ONNXFile.write(model, to: request.output)
        finish(.writing)
    }
}

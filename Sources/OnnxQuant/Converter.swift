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
    private var accuracySteps: [ConversionReport.AccuracyStep] = []
    private var notes: [String] = []
    private var reference = FloatReference()
    private var channels: ChannelObserver?
    private var floatValues: FloatValues?
    private var release: ConversionReport.Release?
    private var methods: Set<AccuracyMethod> { request.methods ?? request.effort.methods }
    private var limits: Limits { Limits(leastSQNR: request.leastSQNR, mostTop1Drop: request.mostTop1Drop) }
    /// The extents of the inputs in the first sample.
    private var extents: [String: [Int]] = [:]

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
        let fidelity = try verify(original.model, quantized)
        let integer = CheckReport.ModeResult(
            mode: ExecutionMode.integer.rawValue, outputs: fidelity, top1Quantized: release?.after.top1Quantized)
        let tolerances = limits.tolerances(modes: [integer], top1Float: release?.after.top1Float)
        if tolerances.allSatisfy(\.passed) { try write(quantized) }
        let report = ConversionReport(
            version: onnxqVersion,
            input: original.file,
            output: ModelFile(
                path: request.output, bytes: ONNXFile.byteCount(quantized, at: request.output), opset: quantized.opset),
            method: request.method.rawValue, samples: result.samples, operators: result.operators,
            floatReasons: result.floatReasons,
            multiplyAccumulates: try MultiplyAccumulates.count(quantized, extents: extents),
            fidelity: fidelity, tolerances: tolerances, accuracySteps: accuracySteps,
            release: release, stages: stages, seconds: watch.total, notes: notes)
        if let path = request.report { try ReportFile.write(report.jsonText() + "\n", to: path) }
        return report
    }

    /// What becomes of a model, and what reports say of the way there.
    private struct Result {
        var model: Model
        var samples: Int
        var operators: [String: ConversionReport.OperatorCount]
        var floatReasons: [ConversionReport.FloatGroup]
    }

    /// The folded model, whose weights are a second copy, lives no longer than it is needed.
    private mutating func convert(_ original: Model, _ options: QuantizationOptions) throws -> Result {
        let (folded, placement) = try fold(original, options)
        let (ranges, source) = try calibrate(folded, placement, options)
        let choice = try ActivationProductChoice(folded, placement, extents: extents, options)
        let nodes = folded.graph.nodes
        let (model, final) = try quantize(consume folded, choice, ranges, source, options)
        return Result(
            model: model, samples: source.count, operators: operatorCounts(nodes, final),
            floatReasons: floatGroups(nodes, final))
    }

    private func quantizationOptions() throws -> QuantizationOptions {
        var options = QuantizationOptions(method: request.method, target: request.target)
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
        if placement.quantizedNodes.isEmpty { notes.append("no operator could be quantized") }
        finish(.folding)
        return (model, placement)
    }

    private mutating func calibrate(
        _ model: Model, _ placement: Placement, _ options: QuantizationOptions
    ) throws -> (ranges: [String: ClosedRange<Float>], source: SampleSource) {
        let source = try SampleSource.open(
            request.samples, inputs: model.graph.requiredInputs, limit: request.sampleLimit, batch: nil)
        var reference = FloatReference(keepingInputs: source.isCompressed)
        var extents: [String: [Int]] = [:]
        let isTried = !methods.isEmpty && source.batch == 1, chosen = TrialSamples(of: source)
        var channels = isTried && methods.contains(.channelScaling)
            ? ChannelObserver(model, placement, samples: OutputTrials.fitted(of: chosen.count)) : nil
        var floatValues = isTried ? FloatValues(model, samples: chosen.count) : nil
        let statistics = try Calibrator.collect(
            model, values: placement.observedValues, from: source, histograms: options.method.needsHistogram,
            others: floatValues?.names ?? [], progress: { progress(.calibrating, $0) },
            watch: { value, view, samples in
                guard let place = chosen.place(of: samples.lowerBound) else { return }
                channels?.add(value, view, sample: place)
                floatValues?.add(value, view, sample: place)
            },
            show: { sample, outputs, done in
                if done == 0 { extents = sample.extentsOfOne }
                reference.keep(outputs, of: sample, after: done)
            })
        (self.reference, self.extents) = (reference, extents)
        (self.channels, self.floatValues) = (channels, floatValues)
        let levels = (options.target.activationType.integerRange?.count ?? 256)
        let symmetric = options.target.symmetricActivations
        let names = statistics.keys.sorted()
        let estimators = estimators(of: names, in: model, placement, options.method)
        let ranges = KernelThreads.map(Array(names.indices)) {
            estimators[$0].range(of: statistics[names[$0]] ?? TensorStatistics(), levels: levels, symmetric: symmetric)
        }
        ProcessMemory.giveBackFree()
        finish(.calibrating)
        return (Dictionary(uniqueKeysWithValues: zip(names, ranges)), source)
    }

    /// The least squared error is taken where a value's readers show it; the other methods look at the value alone.
    private func estimators(
        of names: [String], in model: Model, _ placement: Placement, _ method: RangeMethod
    ) -> [any RangeEstimator] {
        let index = GraphIndex(model.graph)
        let sizes = Dictionary(placement.values.values.map { ($0.group, 1) }, uniquingKeysWith: +)
        return names.map { name in
            guard method == .mse, sizes[name] == 1, let response = ReaderResponse(of: name, in: model, index)
            else { return method.estimator }
            return SquaredErrorRange { try? response($0) }
        }
    }

    private mutating func quantize(
        _ model: consuming Model, _ choice: ActivationProductChoice, _ ranges: [String: ClosedRange<Float>],
        _ source: SampleSource, _ options: QuantizationOptions
    ) throws -> (Model, Placement) {
        let judge = try releaseJudge(model)
        let grids = ActivationGrids.choose(choice.placement, graph: model.graph, ranges: ranges, target: options.target)
        var variant = OutputTrials.Variant(model: consume model, placement: choice.placement, grids: grids)
        improve(&variant, choice, source, options)
        finish(.quantizing)
        if let judge {
            (variant, release) = try released(
                variant, judge, source, choice.options(keeping: variant.placement), wide: wideType(variant.model))
            finish(.releasing)
        }
        var (result, remarks) = OutputTrials.written(variant)
        result.producerName = "onnxq"
        result.producerVersion = onnxqVersion
        notes += remarks
        if !variant.wide.nodes.isEmpty { _ = try ConvertOpset(to: WideActivations.leastOpset).run(&result) }
        return (result, variant.placement)
    }

    /// The variant with operators released until the tolerances are kept, and what it took. `wide` is the integer type
    /// of activations of 16 bits, `nil` for none.
    private func released(
        _ variant: OutputTrials.Variant, _ judge: ReleaseJudge, _ source: SampleSource, _ options: QuantizationOptions,
        wide: ElementType?
    ) throws -> (OutputTrials.Variant, ConversionReport.Release) {
        let steps = Releaser.Steps(
            widen: wide.map { type in { try WideActivations(for: $0, type, from: source) } },
            refine: { try refine($0, source) }, progress: { progress(.releasing, $0) })
        var releaser = Releaser(judge, limits: limits, extents: extents, options: options, steps: steps)
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

    /// The variant with its weights chosen on the samples, where the effort has steps for that.
    private func refine(_ variant: OutputTrials.Variant, _ source: SampleSource) throws -> OutputTrials.Variant {
        guard !methods.isEmpty, !variant.placement.products.isEmpty else { return variant }
        source.rewind()
        var trials = try OutputTrials(variant, source: source)
        try trials.reconstruct(methods, isLast: true)
        return trials.best
    }

    /// `nil` where no tolerance is set.
    private func releaseJudge(_ model: Model) throws -> ReleaseJudge? {
        guard limits != Limits() else { return nil }
        let samples = try LabelledSamples(
            request.samples, labels: request.labels, inputs: model.graph.requiredInputs, limit: request.sampleLimit)
        return try ReleaseJudge(
            model, samples: samples, reported: reference.samples, countsTop1: limits.mostTop1Drop != nil)
    }

    /// Takes the steps toward the float model that help on samples held back. Where a step cannot be tried, for want of an
    /// operator that runs alone, what was reached by then stays and a note says so.
    private mutating func improve(
        _ best: inout OutputTrials.Variant, _ choice: ActivationProductChoice, _ source: SampleSource,
        _ options: QuantizationOptions
    ) {
        guard !methods.isEmpty || request.weights != .int8, !best.placement.products.isEmpty else { return }
        do {
            source.rewind()
            var trials = try OutputTrials(best, source: source, known: floatValues)
            if methods.contains(.productRelease) {
                try trials.releaseActivationProducts(choice.costs, budget: choice.budget) {
                    choice.plan(best.model, float: $0)
                }
                best = trials.best
            }
            var unscaled = methods.contains(.learnedScales) && request.weights == .int8 ? trials.best : nil
            if methods.contains(.channelScaling) {
                try trials.equalizeChannels(options, channels.take())
                best = trials.best
            }
            if !best.multipliesValues { unscaled = nil }
            ProcessMemory.giveBackFree()
            let learns = methods.contains(.learnedScales), share = learns ? 0.2 : 1
            if request.weights == .int4 {
                noteWideWeights(try trials.narrowWeights(methods) { progress(.quantizing, share * $0) }, trials.best)
            } else {
                try trials.reconstruct(methods, isLast: !learns) { progress(.quantizing, share * $0) }
            }
            best = trials.best
            if learns {
                try trials.learnScales(methods, or: unscaled) { progress(.quantizing, share + (1 - share) * $0) }
            }
            best = trials.best
            accuracySteps = trials.gains.map { .init($0.step, gain: $0.gain, kept: $0.gain > 0) }
        } catch {
            notes.append("steps toward accuracy ended early: \(describe(error).message)")
        }
    }

    /// Says which products keep weights of 8 bits.
    private mutating func noteWideWeights(_ positions: [Int], _ variant: OutputTrials.Variant) {
        func weights(_ positions: some Sequence<Int>) -> Int {
            positions.reduce(0) { sum, position in
                guard let name = variant.placement.products[position]?.weight else { return sum }
                return sum + (variant.model.graph.initializers[name]?.elementCount ?? 0)
            }
        }
        let all = weights(variant.placement.products.keys)
        guard !positions.isEmpty, all > 0 else { return }
        let percent = 100 * weights(positions) / all, mostNames = 6
        let names = positions.prefix(mostNames).map { variant.model.graph.nodes[$0].label }.joined(separator: ", ")
            + (positions.count > mostNames ? ", ..." : "")
        notes.append(
            "4 bits would cost too much in \(positions.count) of \(variant.placement.products.count) products, "
                + "\(percent) % of the weights; they keep 8: \(names)")
    }

    private mutating func verify(_ original: Model, _ quantized: Model) throws -> [OutputFidelity] {
        ProcessMemory.giveBackFree()
        let path = request.samples
        let verifier = Verifier(original: original, quantized: quantized, reference: reference) { limit, batch in
            try SampleSource.open(
                path, inputs: original.graph.requiredInputs, limit: limit, batch: batch)
        }
        let results = try verifier.run { progress(.verifying, $0) }
        finish(.verifying)
        return results
    }

    private mutating func write(_ model: Model) throws {
        try ONNXFile.write(model, to: request.output)
        finish(.writing)
    }

    // MARK: What the report counts

    private func operatorCounts(_ nodes: [Node], _ placement: Placement) -> [String: ConversionReport.OperatorCount] {
        var counts: [String: ConversionReport.OperatorCount] = [:]
        for (position, node) in nodes.enumerated() {
            if placement.quantizedNodes.contains(position) {
                counts[node.opType, default: .init()].quantized += 1
            } else if placement.floatNodes[position] != .alreadyQuantized {
                counts[node.opType, default: .init()].float += 1
            }
        }
        return counts
    }

    private func floatGroups(_ nodes: [Node], _ placement: Placement) -> [ConversionReport.FloatGroup] {
        var groups: [String: [String: Int]] = [:]
        for (position, reason) in placement.floatNodes where reason != .alreadyQuantized {
            groups[reason.description, default: [:]][nodes[position].opType, default: 0] += 1
        }
        return groups.map { ConversionReport.FloatGroup(reason: $0.key, operators: $0.value) }
            .sorted { $0.reason < $1.reason }
    }
}

internal import Calibration
internal import GraphIR
internal import Kernels
internal import Operators
internal import Quantization

/// What one float run over all samples tells: ranges, and what later steps would otherwise run the samples for again.
struct CalibrationRun {
    let source: SampleSource
    private(set) var ranges: [String: ClosedRange<Float>] = [:]
    /// What else ranges may be, where samples left out can tell: the first are those above.
    private(set) var candidates: [RangeChoice.Ranges] = []
    private(set) var choice: RangeChoice?
    /// The extents of the inputs in the first sample.
    private(set) var extents: [String: [Int]] = [:]
    /// The outputs of the first samples, to judge the quantized model by.
    private(set) var reference: FloatReference
    /// For the steps toward accuracy, where there are any.
    private(set) var channels: ChannelObserver?
    private(set) var floatValues: FloatValues?

    /// Runs `model`, placed as `placement` says. `progress` is told the share of samples done. Throws the errors of
    /// sampling and running.
    init(
        _ model: Model, _ placement: Placement, _ options: QuantizationOptions, source: SampleSource,
        methods: Set<AccuracyMethod>, progress: (Double) -> Void
    ) throws {
        self.source = source
        reference = FloatReference(keepingInputs: source.isCompressed)
        let isTried = !methods.ofVariants.isEmpty && source.batch == 1, chosen = TrialSamples(of: source)
        channels = isTried && methods.contains(.channelScaling)
            ? ChannelObserver(model, placement, samples: JudgedSamples.fitted(of: chosen.count)) : nil
        floatValues = isTried ? FloatValues(model, samples: chosen.count) : nil
        var choice = methods.contains(.rangeChoice) ? RangeChoice(model.graph, samples: source.count) : nil
        let parts = choice?.parts ?? SampleParts(samples: source.count, parts: 1)
        let seen = try Calibrator.collect(
            model, values: placement.observedValues, from: source, parts: parts, histograms: options.method.needsHistogram,
            others: floatValues?.names ?? [], progress: progress,
            watch: { value, view, samples in
                guard let place = chosen.place(of: samples.lowerBound) else { return }
                channels?.add(value, view, sample: place)
                floatValues?.add(value, view, sample: place)
            },
            show: { sample, outputs, done in
                if done == 0 { extents = sample.extentsOfOne }
                reference.keep(outputs, of: sample, after: done)
                choice?.keep(outputs, of: sample, after: done)
            })
        func found(_ method: RangeMethod) -> RangeChoice.Ranges {
            var options = options
            options.method = method
            func ranges(without part: Int?) -> [String: ClosedRange<Float>] {
                Self.ranges(seen.merged(without: part), model, placement, options)
            }
            return .init(byAll: ranges(without: nil), byOthers: choice == nil ? [] : seen.indices.map(ranges))
        }
        candidates = (choice == nil ? [options.method] : [options.method, .minmax]).map(found)
        ranges = candidates[0].byAll
        self.choice = choice
    }

    private static func ranges(
        _ statistics: [String: TensorStatistics], _ model: Model, _ placement: Placement,
        _ options: QuantizationOptions
    ) -> [String: ClosedRange<Float>] {
        let levels = options.target.activationType.integerRange?.count ?? 256
        let symmetric = options.target.symmetricActivations
        let names = statistics.keys.sorted()
        let estimators = estimators(of: names, in: model, placement, options.method)
        let ranges = KernelThreads.map(Array(names.indices)) {
            estimators[$0].range(of: statistics[names[$0]] ?? TensorStatistics(), levels: levels, symmetric: symmetric)
        }
        var result = Dictionary(uniqueKeysWithValues: zip(names, ranges))
        // With fewer nodes on integers another value may lead what is left of a group.
        for (name, value) in placement.values where result[name] == nil { result[name] = result[value.group] }
        return result
    }

    /// The least squared error is taken where a value's readers show it; the other methods look at the value alone.
    private static func estimators(
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

    /// Chooses among the ranges for `variant`, which has the first ones or others since. `nil` where samples cannot tell.
    /// Throws the errors of running and sampling.
    func chooseRanges(
        _ variant: OutputTrials.Variant, _ target: Target
    ) throws -> (variant: OutputTrials.Variant, gain: Double)? {
        try choice?.best(variant, among: candidates, target, source)
    }

    /// Gives the statistics of channels away, with the memory that they take.
    mutating func takeChannels() -> ChannelObserver? { channels.take() }
}

extension [[String: TensorStatistics]] {
    /// What was seen in all parts but one.
    fileprivate func merged(without part: Int?) -> [String: TensorStatistics] {
        let taken = enumerated().filter { $0.offset != part }.map(\.element)
        return taken.dropFirst().reduce(taken.first ?? [:]) { all, part in
            all.merging(part) { seen, other in
                var seen = seen
                seen.merge(other)
                return seen
            }
        }
    }
}

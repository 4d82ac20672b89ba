internal import GraphIR
internal import Interpreter
internal import Kernels
internal import ONNXFormat
internal import Passes
public import Reporting

/// What `compare` is asked to do.
public struct ComparisonRequest: Sendable {
    /// The paths of the float model and of the quantized one.
    public var float: String
    public var quantized: String
    /// The path of the samples.
    public var samples: String
    /// The most samples to use; `nil` for all.
    public var sampleLimit: Int?
    public var order = ComparisonReport.Order.own
    /// A file for the report, as HTML where its name ends in `.html`, else as JSON; `nil` for none.
    public var report: String?

    public init(float: String, quantized: String, samples: String) {
        self.float = float
        self.quantized = quantized
        self.samples = samples
    }
}

/// Compares the inner values that a float model and its quantized form have under the same name.
///
/// Both run node by node as the ONNX specification words it, each fed the samples; so the error of a value is what has
/// gathered on the way to it. Beside it stands the error of its layer alone. One sample's values are held at a time.
public struct LayerComparer {
    private struct Layer {
        let node: Int
        let operatorType: String
        var shape: [Int] = []
        var fidelity = Fidelity()
        var own = Fidelity()
        var statistics: LayerStatistics
        var match = ChannelMatch()
        var factors: ChannelMatch.Factors?
        /// Samples in which the quantized model has another shape.
        var otherShape = 0
    }

    /// Samples that tell which values have divided channels.
    private static let matched = 4

    private let float: Session
    private let quantized: Session
    private let ownErrors: OwnErrors
    private let grids: LayerGrids
    private let floatGraph: Graph
    /// The largest magnitude of each value of the float model.
    private var largest: [String: Float] = [:]
    /// Values of both models, in the float model's order.
    private let names: [String]
    private var layers: [String: Layer] = [:]
    /// Floating-point values of the float model only.
    private var unmatched: Set<String> = []
    private var misfit: ComparisonFault?

    /// One pass over the samples, after some of them have told which values' channels are divided. Throws what reading,
    /// running and comparing throw; `describe` words it.
    public static func run(_ request: ComparisonRequest, progress: Progress = { _, _ in }) throws -> ComparisonReport {
        progress(.reading, 0)
        if let report = request.report { try ONNXFile.checkWritable(report) }
        let float = try RunnableModel(path: request.float), quantized = try RunnableModel(path: request.quantized)
        var comparer = try LayerComparer(float.model, quantized.model)
        func open(_ limit: Int?) throws -> LabelledSamples {
            try LabelledSamples(request.samples, labels: nil, inputs: comparer.float.inputs, limit: limit)
        }
        let first = try open(min(request.sampleLimit ?? Self.matched, Self.matched))
        while let sample = try first.next() { try comparer.match(sample.values) }
        comparer.findFactors()
        let samples = try open(request.sampleLimit)
        var done = 0
        while let sample = try samples.next() {
            try comparer.add(sample.values)
            done += sample.count
            progress(.measuring, Double(done) / Double(samples.count))
        }
        let layers = comparer.results
        if layers.isEmpty, let misfit = comparer.misfit { throw misfit }
        let otherShape = comparer.layers.mapValues(\.otherShape).filter { $0.value > 0 }
        let report = ComparisonReport(
            version: onnxqVersion, float: float.file, quantized: quantized.file, samples: done, layers: layers,
            unmatched: comparer.unmatched.count, otherShape: otherShape.isEmpty ? nil : otherShape,
            order: request.order)
        if let path = request.report {
            try ReportFile.write(path.hasSuffix(".html") ? report.html : try report.jsonText() + "\n", to: path)
        }
        return report
    }

    private init(_ floatModel: Model, _ quantizedModel: Model) throws {
        let inFloat = GraphIndex(floatModel.graph).producer, inQuantized = GraphIndex(quantizedModel.graph).producer
        floatGraph = floatModel.graph
        grids = LayerGrids(quantizedModel.graph)
        names = floatModel.graph.nodes.flatMap(\.outputs).filter { inQuantized[$0] != nil }
        guard !names.isEmpty else { throw ComparisonFault.nothingInCommon }
        float = try Session(floatModel, observing: Set(inFloat.keys))
        quantized = try Session(quantizedModel, observing: Set(names))
        let facts = inferFacts(quantizedModel)
        ownErrors = try OwnErrors(
            quantizedModel, cutAt: Set(names.filter { facts[$0]?.elementType.isFloatingPoint ?? false }))
        for name in names {
            guard let node = inFloat[name] else { continue }
            layers[name] = Layer(
                node: node, operatorType: floatModel.graph.nodes[node].opType,
                statistics: LayerStatistics(grid: grids.grid(of: name)))
        }
    }

    /// The float model's values of one sample that the quantized model has too.
    private mutating func floatValues(_ values: [String: Tensor]) throws -> [String: Tensor] {
        var expected: [String: Tensor] = [:]
        var alone: [String] = []
        _ = try float.run(values) { name, view in
            guard view.elementType.isFloatingPoint else { return }
            if layers[name] != nil { expected[name] = view.copy() } else { alone.append(name) }
        }
        unmatched.formUnion(alone)
        return expected
    }

    private mutating func match(_ values: [String: Tensor]) throws {
        let expected = try floatValues(values)
        _ = try quantized.run(values) { name, view in
            guard let reference = expected[name], reference.extents == view.extents, let floats = reference.numbers,
                let got = view.copy().numbers
            else { return }
            layers[name]?.match.add(reference: floats, measured: got, extents: reference.extents)
        }
    }

    private mutating func findFactors() {
        layers = layers.mapValues { layer in
            var layer = layer
            layer.factors = layer.match.factors
            return layer
        }
    }

    private mutating func add(_ values: [String: Tensor]) throws {
        var expected = try floatValues(values)
        try addOwn(expected, values)
        _ = try quantized.run(values) { name, view in
            guard let reference = expected.removeValue(forKey: name) else { return }
            add(name, reference, view)
        }
    }

    private mutating func add(_ name: String, _ reference: Tensor, _ view: TensorView) {
        guard reference.extents == view.extents else {
            layers[name]?.otherShape += 1
            misfit = misfit ?? .shape(output: name, float: reference.extents, quantized: view.extents)
            return
        }
        guard let expected = reference.numbers, var got = view.copy().numbers else { return }
        if let factors = layers[name]?.factors { got = factors.multiplied(got) }
        if layers[name]?.fidelity.count == 0 { layers[name]?.shape = reference.extents }
        layers[name]?.fidelity.add(reference: expected, measured: got)
    }

    /// Runs each layer alone on the float values.
    private mutating func addOwn(_ expected: [String: Tensor], _ inputs: [String: Tensor]) throws {
        for (name, tensor) in expected {
            guard let range = tensor.floats.map({ $0.reduce(0) { max($0, $1.magnitude) } }) else { continue }
            largest[name] = max(largest[name] ?? 0, range)
        }
        // What the quantized model would have, were it exact.
        var given = expected
        for (name, tensor) in expected {
            guard let factors = layers[name]?.factors, let floats = tensor.floats else { continue }
            given[name] = Tensor(factors.divided(floats), tensor.extents)
        }
        try ownErrors.run(given.merging(inputs) { value, _ in value }) { name, tensor in
            guard let reference = given[name], reference.extents == tensor.extents,
                let floats = reference.numbers, let got = tensor.numbers
            else { return }
            let factors = layers[name]?.factors
            layers[name]?.own.add(
                reference: factors?.multiplied(floats) ?? floats, measured: factors?.multiplied(got) ?? got)
            layers[name]?.statistics.add(reference: floats, measured: got, extents: tensor.extents)
        }
    }

    /// What stands out in one layer.
    private func causes(_ name: String, _ layer: Layer) -> [ComparisonReport.Cause] {
        guard layer.own.count > 0, layer.fidelity.noise > 0 else { return [] }
        let leastInherited = 10.0
        let difference = layer.own.sqnr - layer.fidelity.sqnr
        guard !(difference > leastInherited) else {
            return difference.isFinite ? [.init(.inherited, difference)] : []
        }
        let node = floatGraph.nodes[layer.node]
        var parts: Double?
        if node.isStandard("Concat") {
            let ranges = node.inputs.compactMap { largest[$0] }.filter { $0 > 0 }
            if let least = ranges.min(), let most = ranges.max() { parts = Double(most / least) }
        }
        return layer.statistics.causes(weights: grids.weightSpread(behind: name), parts: parts)
    }

    private var results: [ComparisonReport.Layer] {
        names.compactMap { name in
            guard let layer = layers[name], layer.fidelity.count > 0 else { return nil }
            return ComparisonReport.Layer(
                value: name, node: layer.node, operatorType: layer.operatorType, shape: layer.shape,
                sqnr: layer.fidelity.sqnr, largestError: layer.fidelity.largestError,
                ownSQNR: layer.own.count > 0 ? layer.own.sqnr : nil, hasDividedChannels: layer.factors != nil,
                causes: causes(name, layer))
        }
    }
}

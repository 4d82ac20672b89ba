internal import GraphIR
internal import Interpreter
internal import Kernels
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

    public init(float: String, quantized: String, samples: String) {
        self.float = float
        self.quantized = quantized
        self.samples = samples
    }
}

/// Compares the inner values that a float model and its quantized form have under the same name.
///
/// Both run node by node as the ONNX specification words it, each fed the samples; so the error of a value is what has
/// gathered on the way to it. One sample's values are held at a time.
public struct LayerComparer {
    private struct Layer {
        let node: Int
        let operatorType: String
        var shape: [Int] = []
        var fidelity = Fidelity()
    }

    private let float: Session
    private let quantized: Session
    /// Values of both models, in the float model's order.
    private let names: [String]
    private var layers: [String: Layer] = [:]
    /// Floating-point values of the float model only.
    private var unmatched: Set<String> = []

    /// One pass over the samples. Throws what reading, running and comparing throw; `describe` words it.
    public static func run(_ request: ComparisonRequest, progress: Progress = { _, _ in }) throws -> ComparisonReport {
        progress(.reading, 0)
        let float = try RunnableModel(path: request.float), quantized = try RunnableModel(path: request.quantized)
        var comparer = try LayerComparer(float.model, quantized.model)
        let samples = try LabelledSamples(
            request.samples, labels: nil, inputs: comparer.float.inputs, limit: request.sampleLimit)
        var done = 0
        while let sample = try samples.next() {
            try comparer.add(sample.values)
            done += sample.count
            progress(.measuring, Double(done) / Double(samples.count))
        }
        return ComparisonReport(
            version: onnxqVersion, float: float.file, quantized: quantized.file, samples: done,
            layers: comparer.results, unmatched: comparer.unmatched.count)
    }

    private init(_ floatModel: Model, _ quantizedModel: Model) throws {
        let inFloat = GraphIndex(floatModel.graph).producer, inQuantized = GraphIndex(quantizedModel.graph).producer
        names = floatModel.graph.nodes.flatMap(\.outputs).filter { inQuantized[$0] != nil }
        guard !names.isEmpty else { throw ComparisonFault.nothingInCommon }
        float = try Session(floatModel, observing: Set(inFloat.keys))
        quantized = try Session(quantizedModel, observing: Set(names))
        for name in names {
            guard let node = inFloat[name] else { continue }
            layers[name] = Layer(node: node, operatorType: floatModel.graph.nodes[node].opType)
        }
    }

    private mutating func add(_ values: [String: Tensor]) throws {
        var expected: [String: Tensor] = [:]
        var alone: [String] = []
        _ = try float.run(values) { name, view in
            guard view.elementType.isFloatingPoint else { return }
            if layers[name] != nil { expected[name] = view.copy() } else { alone.append(name) }
        }
        unmatched.formUnion(alone)
        _ = try quantized.run(values) { name, view in
            guard let reference = expected.removeValue(forKey: name) else { return }
            try add(name, reference, view)
        }
    }

    private mutating func add(_ name: String, _ reference: Tensor, _ view: TensorView) throws {
        guard reference.extents == view.extents else {
            throw ComparisonFault.shape(output: name, float: reference.extents, quantized: view.extents)
        }
        guard let expected = reference.numbers, let got = view.copy().numbers else { return }
        if layers[name]?.fidelity.count == 0 { layers[name]?.shape = reference.extents }
        layers[name]?.fidelity.add(reference: expected, measured: got)
    }

    private var results: [ComparisonReport.Layer] {
        names.compactMap { name in
            guard let layer = layers[name], layer.fidelity.count > 0 else { return nil }
            return ComparisonReport.Layer(
                value: name, node: layer.node, operatorType: layer.operatorType, shape: layer.shape,
                sqnr: layer.fidelity.sqnr, largestError: layer.fidelity.largestError)
        }
    }
}

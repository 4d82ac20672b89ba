internal import GraphIR
internal import Interpreter
internal import ONNXFormat
internal import Passes
internal import Reporting

/// A model from a file, in the form in which the interpreter runs it: at an opset from 13, its own functions inlined
/// and what an optimizer fused spelled out, tensors out of sequences. The names of its values are those of the file.
struct RunnableModel {
    let model: Model
    /// The file as it is.
    let file: ModelFile

    /// Throws `FileFault`, `GraphFault` or `PassFault`.
    init(path: String) throws {
        var model = try ONNXFile.read(path)
        file = ModelFile(path: path, bytes: ONNXFile.byteCount(model, at: path), opset: model.opset)
        try Self.prepare(&model)
        self.model = model
    }

    /// The model as `mode` runs it: in integer mode a float model is folded as for quantization first. A model that is
    /// quantized already, or whose constants a caller may replace, stays as it is. Throws `GraphFault` or `PassFault`.
    func executable(in mode: ExecutionMode) throws -> Model {
        let isQuantized = model.graph.nodes.contains { ["QuantizeLinear", "DequantizeLinear"].contains($0.opType) }
        let hasDefaults = model.graph.inputs.contains { model.graph.initializers[$0.name] != nil }
        guard mode == .integer, !isQuantized, !hasDefaults else { return model }
        var folded = model
        try Pipeline.standard().run(&folded)
        return folded
    }

    /// Whether `model`, its functions inlined, has what the interpreter lacks at any opset. O(nodes).
    static func needsPreparing(_ model: Model) -> Bool {
        WidenHalves.concerns(model) || ExpandFusedOperators.concerns(model) || ExpandSequences.concerns(model)
    }

    /// Brings a model as it comes into the form that runs. Throws `GraphFault` or `PassFault`.
    static func prepare(_ model: inout Model) throws {
        let passes: [any Pass] = [
            ConvertOpset(), InlineFunctions(), WidenHalves(), ExpandFusedOperators(), ExpandSequences(),
        ]
        try Pipeline([Pipeline.Stage(passes)]).run(&model)
    }
}

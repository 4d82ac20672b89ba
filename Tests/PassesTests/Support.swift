import GraphIR
import Interpreter
import Passes
import Testing

/// Numbers that look random and are the same in every run with the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func floats(_ extents: [Int], in range: ClosedRange<Float> = -1...1) -> Tensor {
        Tensor((0..<extents.reduce(1, *)).map { _ in Float.random(in: range, using: &self) }, extents)
    }
}

/// A model of opset 13 around `nodes`, from inputs of float32 with these extents to outputs of any shape.
func model(
    _ nodes: [Node], inputs: [String: [Int]] = ["x": [1, 4, 5, 5]], outputs: [String] = ["y"],
    constants: [String: Tensor] = [:], opset: Int = 13
) -> Model {
    var graph = Graph(name: "test", nodes: nodes)
    for name in inputs.keys.sorted() { graph.inputs.append(ValueInfo(name, .float32, Shape(inputs[name] ?? []))) }
    graph.outputs = outputs.map { ValueInfo($0, .float32, nil) }
    for name in constants.keys.sorted() { graph.initializers[name] = constants[name] }
    return Model(opsetImports: [OpsetImport("", opset)], graph: graph)
}

/// Constant 64-bit integers of one dimension.
func integers(_ values: Int...) -> Tensor { Tensor(values.map(Int64.init), [values.count]) }

extension Model {
    var opTypes: [String] { graph.nodes.map(\.opType) }
    func node(writing value: String) -> Node? { graph.nodes.first { $0.outputs.contains(value) } }
}

/// The model after `pass`; expects that the pass keeps invariants, inputs and outputs, and leaves no stale value info.
func after(_ pass: some Pass, _ model: Model, sourceLocation: SourceLocation = #_sourceLocation) throws -> Model {
    var result = model
    _ = try pass.run(&result)
    try result.graph.checkInvariants()
    #expect(result.graph.requiredInputs == model.graph.requiredInputs, sourceLocation: sourceLocation)
    #expect(result.graph.outputs == model.graph.outputs, sourceLocation: sourceLocation)
    let known = Set(result.graph.nodes.flatMap(\.outputs)).union(result.graph.initializers.keys)
    #expect(result.graph.valueInfo.allSatisfy { known.contains($0.name) }, sourceLocation: sourceLocation)
    return result
}

/// As `after`, and expects the same outputs on random inputs: a difference of at most `tolerance` times the greatest
/// magnitude of the output.
func afterKeepingValues(
    _ pass: some Pass, _ model: Model, tolerance: Float = 2e-6, seed: UInt64 = 7,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> Model {
    let result = try after(pass, model, sourceLocation: sourceLocation)
    try expectSameValues(model, result, tolerance: tolerance, seed: seed, sourceLocation: sourceLocation)
    return result
}

func expectSameValues(
    _ model: Model, _ other: Model, tolerance: Float, seed: UInt64, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    var generator = SeededGenerator(seed: seed)
    var inputs: [String: Tensor] = [:]
    for input in model.graph.requiredInputs { inputs[input.name] = generator.floats(input.shape?.extents ?? []) }
    let expected = try Session(model).run(inputs)
    let got = try Session(other).run(inputs)
    for output in model.graph.outputs.map(\.name) {
        let (a, b) = (try #require(expected[output]), try #require(got[output]))
        #expect(a.extents == b.extents, "\(output), seed \(seed)", sourceLocation: sourceLocation)
        let (x, y) = (try #require(a.floats), try #require(b.floats))
        let peak = x.map(\.magnitude).max() ?? 0
        let worst = zip(x, y).map { ($0 - $1).magnitude }.max() ?? 0
        #expect(worst <= tolerance * max(peak, 1e-6), "\(output), seed \(seed)", sourceLocation: sourceLocation)
    }
}

import GraphIR
import Interpreter
import Kernels
import Operators
import Testing

private func ramp(_ extents: [Int], step: Float = 0.013, from first: Float = -0.6) -> Tensor {
    Tensor((0..<extents.reduce(1, *)).map { Float($0 * 7 % 97) * step + first }, extents)
}

/// A network of nodes from `x` to `y`, whose operators may be computed together.
struct FusionCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let extents: [Int]
    let nodes: [Node]

    init(_ description: String, over extents: [Int] = [2, 3, 9, 8], _ nodes: [Node]) {
        (testDescription, self.extents, self.nodes) = (description, extents, nodes)
    }
}

private func conv(_ input: String, _ output: String, _ weight: String = "w") -> Node {
    Node("Conv", inputs: [input, weight, "b"], outputs: [output], attributes: [Attribute("pads", [1, 1, 1, 1])])
}

private func node(_ opType: String, _ inputs: [String], _ output: String, _ attributes: [Attribute] = []) -> Node {
    Node(opType, inputs: inputs, outputs: [output], attributes: attributes)
}

private let constants: [String: Tensor] = [
    "w": ramp([3, 3, 3, 3]), "b": ramp([3]), "low": Tensor(scalar: Float(-0.1)), "high": Tensor(scalar: Float(0.4)),
    "root": Tensor(scalar: Float(2).squareRoot()), "unit": Tensor(scalar: Float(1)), "half": Tensor(scalar: Float(0.5)),
    "full": ramp([2, 3, 9, 8]), "channel": ramp([3, 1, 1]), "one": Tensor(scalar: Float(0.3)),
    "thin": ramp([16, 1]), "m": ramp([16, 24]), "n": ramp([24, 16]), "column": ramp([24]),
    "columns": ramp([1, 1, 24]), "wide": ramp([4, 2, 5, 24]),
]

private let gelu = [
    node("Div", ["x", "root"], "d"), node("Erf", ["d"], "e"), node("Add", ["e", "unit"], "g"),
]

private let cases = [
    FusionCase("activation", [conv("x", "a"), node("Relu", ["a"], "y")]),
    FusionCase("bounds", [conv("x", "a"), node("Clip", ["a", "low", "high"], "y")]),
    FusionCase("one bound", [conv("x", "a"), node("Clip", ["a", "", "high"], "y")]),
    FusionCase("slope", [conv("x", "a"), node("LeakyRelu", ["a"], "y", [Attribute("alpha", Float(0.2))])]),
    FusionCase("residual and activation", [
        conv("x", "a"), node("Neg", ["x"], "z"), node("Add", ["z", "a"], "s"), node("Relu", ["s"], "y"),
    ]),
    FusionCase("its own input as residual", [
        node("Neg", ["x"], "z"), conv("z", "a"), node("Add", ["a", "z"], "s"), node("Relu", ["s"], "y"),
    ]),
    FusionCase("a residual that lives on", [
        node("Neg", ["x"], "z"), conv("x", "a"), node("Add", ["a", "z"], "s"), node("Mul", ["s", "z"], "y"),
    ]),
    FusionCase("two convolutions added", [conv("x", "a"), conv("x", "c"), node("Add", ["a", "c"], "y")]),
    FusionCase("a sum of three", [conv("x", "a"), node("Sum", ["a", "full", "full"], "y")]),
    FusionCase("a constant residual", [conv("x", "a"), node("Add", ["a", "full"], "s"), node("Relu", ["s"], "y")]),
    FusionCase("a broadcast addend", [conv("x", "a"), node("Add", ["channel", "a"], "s"), node("Relu", ["s"], "y")]),
    FusionCase("a value added to itself", [conv("x", "a"), node("Add", ["a", "a"], "y")]),
    FusionCase("two readers", [conv("x", "a"), node("Relu", ["a"], "r"), node("Sub", ["a", "r"], "y")]),
    FusionCase("activation before the addition", [
        conv("x", "a"), node("Relu", ["a"], "r"), node("Add", ["r", "x"], "y"),
    ]),
    FusionCase("columns and activation", over: [2, 5, 16], [
        node("MatMul", ["x", "m"], "p"), node("Add", ["column", "p"], "q"), node("Relu", ["q"], "y"),
    ]),
    FusionCase("columns, residual", over: [2, 5, 16], [
        node("MatMul", ["x", "m"], "p"), node("Add", ["p", "columns"], "q"), node("MatMul", ["q", "n"], "r"),
        node("Add", ["r", "x"], "y"),
    ]),
    FusionCase("a product that addition broadcasts", over: [2, 5, 16], [
        node("MatMul", ["x", "m"], "p"), node("Add", ["p", "wide"], "y"),
    ]),
    FusionCase("a scalar addend", over: [2, 5, 16], [node("MatMul", ["x", "m"], "p"), node("Add", ["p", "one"], "y")]),
    FusionCase("one column", over: [2, 5, 16], [
        node("MatMul", ["x", "thin"], "p"), node("Add", ["p", "one"], "q"), node("Relu", ["q"], "y"),
    ]),
    FusionCase("Gelu, halved last", over: [2, 5, 16], gelu + [
        node("Mul", ["x", "g"], "p"), node("Mul", ["p", "half"], "y"),
    ]),
    FusionCase("Gelu, halved first", over: [2, 5, 16], gelu + [
        node("Mul", ["half", "x"], "h"), node("Mul", ["h", "g"], "y"),
    ]),
    FusionCase("Gelu, halved between", over: [2, 5, 16], gelu + [
        node("Mul", ["g", "half"], "h"), node("Mul", ["h", "x"], "y"),
    ]),
    FusionCase("no Gelu", over: [2, 5, 16], gelu + [
        node("Mul", ["g", "one"], "h"), node("Mul", ["h", "x"], "y"),
    ]),
    FusionCase("no terms", over: [2, 5, 0], [
        node("Transpose", ["x"], "t", [Attribute("perm", [0, 2, 1])]), node("MatMul", ["x", "t"], "p"),
        node("Relu", ["p"], "y"),
    ]),
]

@Suite("Fused operators")
struct FusionTests {
    private static func model(_ fusionCase: FusionCase) -> Model {
        var graph = Graph(
            nodes: fusionCase.nodes, inputs: [ValueInfo("x", .float32, Shape(fusionCase.extents))],
            outputs: [ValueInfo("y", nil)])
        for (name, tensor) in constants { graph.initializers[name] = tensor }
        return Model(opsetImports: [OpsetImport("", 17)], graph: graph)
    }

    @Test("operators computed together give what they give one by one", arguments: cases)
    func agreement(fusionCase: FusionCase) throws {
        let model = Self.model(fusionCase), x = ramp(fusionCase.extents)
        let expected = try #require(try Session(model).run(["x": x])["y"])
        let got = try #require(try Session(model, mode: .integer).run(["x": x])["y"])
        #expect(got.extents == expected.extents)
        let values = zip(expected.floats ?? [], got.floats ?? [])
        #expect(values.allSatisfy { abs($0 - $1) <= 1e-6 * max(abs($0), 1) })
    }

    @Test("values that are watched are computed and shown", arguments: cases)
    func observing(fusionCase: FusionCase) throws {
        let model = Self.model(fusionCase), x = ramp(fusionCase.extents)
        let names = Set(model.graph.nodes.flatMap(\.outputs))
        var expected: [String: [Float]] = [:], got: [String: [Float]] = [:]
        _ = try Session(model, observing: names).run(["x": x]) { expected[$0] = $1.copy().floats }
        _ = try Session(model, mode: .integer, observing: names).run(["x": x]) { got[$0] = $1.copy().floats }
        #expect(got == expected)
    }

    @Test("the number of threads changes no bit", arguments: cases)
    func threads(fusionCase: FusionCase) throws {
        let model = Self.model(fusionCase), x = ramp(fusionCase.extents)
        defer { KernelThreads.set(KernelThreads.available) }
        let results = try [1, 2, 3].map { count in
            KernelThreads.set(count)
            return try Session(model, mode: .integer).run(["x": x])["y"]?.floats
        }
        #expect(results[1] == results[0] && results[2] == results[0])
    }

    @Test("a number of threads chosen after planning changes no bit", arguments: cases)
    func threadsChosenLater(fusionCase: FusionCase) throws {
        let model = Self.model(fusionCase), x = ramp(fusionCase.extents)
        defer { KernelThreads.set(KernelThreads.available) }
        KernelThreads.set(1)
        let session = try Session(model, mode: .integer)
        let results = try [1, 5, 2].map { count in
            KernelThreads.set(count)
            return try session.run(["x": x])["y"]?.floats
        }
        #expect(results[1] == results[0] && results[2] == results[0])
    }

    @Test("long loops that threads share change no bit either", arguments: [
        node("Gelu", ["x"], "y"), node("Softmax", ["x"], "y"), node("IsNaN", ["x"], "y"),
        node("LayerNormalization", ["x", "long"], "y"), node("Transpose", ["x"], "y", [Attribute("perm", [0, 2, 1])]),
        node("Cast", ["x"], "y", [Attribute("to", 11)]),
    ])
    func sharedLoops(node: Node) throws {
        var graph = Graph(
            nodes: [node], inputs: [ValueInfo("x", .float32, Shape([7, 131, 101]))], outputs: [ValueInfo("y", nil)])
        graph.initializers["long"] = ramp([101])
        let model = Model(opsetImports: [OpsetImport("", 20)], graph: graph), x = ramp([7, 131, 101])
        defer { KernelThreads.set(KernelThreads.available) }
        let results = try [1, 2, 3, 5].map { count in
            KernelThreads.set(count)
            return try Session(model).run(["x": x])["y"]?.bytes.withUnsafeBytes { Array($0) }
        }
        #expect(results[0] != nil && results.allSatisfy { $0 == results[0] })
    }
}

import GraphIR
import Interpreter
import Kernels
import Operators
import Testing

/// A network of nodes from `x` [2, 5, 24] to `y` with one attention in it.
struct AttentionCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let nodes: [Node]
    /// Operators that are left when attention is one step, views aside.
    let steps: [String]

    init(_ description: String, _ nodes: [Node], steps: [String]) {
        (testDescription, self.nodes, self.steps) = (description, nodes, steps)
    }
}

private func node(_ opType: String, _ inputs: [String], _ outputs: [String], _ attributes: [Attribute] = []) -> Node {
    Node(opType, inputs: inputs, outputs: outputs, attributes: attributes)
}

private func ramp(_ extents: [Int]) -> Tensor {
    Tensor((0..<extents.reduce(1, *)).map { Float($0 * 37 % 101) * 0.01 - 0.5 }, extents)
}

private let constants: [String: Tensor] = [
    "wq": ramp([24, 24]), "wk": ramp([24, 24]), "wv": ramp([24, 24]), "packed": ramp([24, 72]),
    "root": Tensor(scalar: Float(2.5)), "factor": Tensor(scalar: Float(0.6)), "tiny": Tensor(scalar: Float(1e-30)),
    "heads": Tensor([Int64(0), 0, 4, 6], [4]), "joined": Tensor([Int64(0), 0, 24], [3]),
    "thirds": Tensor([Int64(0), 0, 3, 4, 6], [5]),
    "mask": Tensor((0..<25).map { $0 % 4 == 3 ? Float(-1e9) : 0.1 }, [1, 1, 5, 5]),
    "line": Tensor([Float(0), 0, -.infinity, 0, -3], [5]), "every": ramp([2, 4, 5, 5]), "column": ramp([5, 1]),
    "0": Tensor(scalar: Int64(0)), "1": Tensor(scalar: Int64(1)), "2": Tensor(scalar: Int64(-1)),
    "shared": ramp([1, 4, 7, 6]), "one": Tensor([Int64(0)], [1]),
]

/// The product of `x` by a weight, divided into heads: [2, 4, 5, 6], or as `perm` says.
private func heads(_ name: String, _ perm: [Int] = [0, 2, 1, 3]) -> [Node] {
    [
        node("MatMul", ["x", "w" + name], [name + "1"]), node("Reshape", [name + "1", "heads"], [name + "2"]),
        node("Transpose", [name + "2"], [name], [Attribute("perm", perm)]),
    ]
}

private let operands = heads("q") + heads("k", [0, 2, 3, 1]) + heads("v")
private let softmax = node("Softmax", ["s"], ["p"], [Attribute("axis", -1)])
private let joining = [
    node("MatMul", ["p", "v"], ["z"]), node("Transpose", ["z"], ["t"], [Attribute("perm", [0, 2, 1, 3])]),
    node("Reshape", ["t", "joined"], ["y"]),
]
private let projections = ["MatMul", "MatMul", "MatMul", "Attention"]

/// Queries, keys and values out of one product, [3, 2, 4, 5, 6].
private let together = [
    node("MatMul", ["x", "packed"], ["a"]), node("Reshape", ["a", "thirds"], ["b"]),
    node("Transpose", ["b"], ["c"], [Attribute("perm", [2, 0, 3, 1, 4])]),
]
private let crossed = node("Transpose", ["k"], ["kt"], [Attribute("perm", [0, 1, 3, 2])])

private let cases = [
    AttentionCase("divided scores", operands + [
        node("MatMul", ["q", "k"], ["r"]), node("Div", ["r", "root"], ["s"]), softmax,
    ] + joining, steps: projections),
    AttentionCase("a mask", operands + [
        node("MatMul", ["q", "k"], ["r"]), node("Mul", ["factor", "r"], ["u"]), node("Add", ["u", "mask"], ["s"]),
        softmax,
    ] + joining, steps: projections),
    AttentionCase("a mask of one row", operands + [
        node("MatMul", ["q", "k"], ["r"]), node("Add", ["line", "r"], ["s"]), softmax,
    ] + joining, steps: projections),
    AttentionCase("a mask of one column", operands + [
        node("MatMul", ["q", "k"], ["r"]), node("Add", ["column", "r"], ["s"]), softmax,
    ] + joining, steps: projections),
    AttentionCase("an addend for every score", operands + [
        node("MatMul", ["q", "k"], ["r"]), node("Add", ["r", "every"], ["s"]), softmax,
    ] + joining, steps: projections),
    AttentionCase("scaling behind the addition", operands + [
        node("MatMul", ["q", "k"], ["r"]), node("Add", ["r", "mask"], ["u"]), node("Div", ["u", "root"], ["s"]),
        softmax,
    ] + joining, steps: []),
    AttentionCase("scores by a factor that could leave the range of float32", operands + [
        node("MatMul", ["q", "k"], ["r"]), node("Mul", ["r", "tiny"], ["s"]), softmax,
    ] + joining, steps: []),
    AttentionCase("packed operands, scaled", together + [
        node("Gather", ["c", "0"], ["q"]), node("Gather", ["c", "1"], ["k"]), node("Gather", ["c", "2"], ["v"]),
        node("Mul", ["q", "factor"], ["qs"]), crossed, node("Mul", ["kt", "factor"], ["ks"]),
        node("MatMul", ["qs", "ks"], ["s"]), softmax,
    ] + joining, steps: ["MatMul", "Attention"]),
    AttentionCase("split operands", together + [
        node("Split", ["c"], ["q1", "k1", "v1"], [Attribute("axis", 0), Attribute("num_outputs", 3)]),
        node("Squeeze", ["q1", "one"], ["q"]), node("Squeeze", ["k1", "one"], ["k"]),
        node("Squeeze", ["v1", "one"], ["v"]), crossed, node("MatMul", ["q", "kt"], ["s"]), softmax,
    ] + joining, steps: ["MatMul", "Attention"]),
    AttentionCase("keys and values shared by the batch", heads("q") + [
        node("Transpose", ["shared"], ["k"], [Attribute("perm", [0, 1, 3, 2])]), node("MatMul", ["q", "k"], ["s"]),
        softmax, node("MatMul", ["p", "shared"], ["y"]),
    ], steps: ["MatMul", "Attention"]),
    AttentionCase("no heads", [
        node("Transpose", ["x"], ["k"], [Attribute("perm", [0, 2, 1])]), node("MatMul", ["x", "k"], ["s"]), softmax,
        node("MatMul", ["p", "x"], ["y"]),
    ], steps: ["Attention"]),
    AttentionCase("scores that another reads", operands + [
        node("MatMul", ["q", "k"], ["s"]), softmax, node("MatMul", ["p", "v"], ["z"]), node("ReduceMax", ["s"], ["m"]),
        node("Add", ["z", "m"], ["y"]),
    ], steps: []),
    AttentionCase("a softmax over rows", operands + [
        node("MatMul", ["q", "k"], ["s"]), node("Softmax", ["s"], ["p"], [Attribute("axis", 2)]),
    ] + joining, steps: []),
    AttentionCase("operands that others read", operands + [
        node("MatMul", ["q", "k"], ["s"]), softmax, node("MatMul", ["p", "v"], ["z"]), node("Add", ["z", "v"], ["y"]),
    ], steps: ["MatMul", "MatMul", "MatMul", "Transpose", "Attention", "Add"]),
]

@Suite("Attention in one step")
struct AttentionFusionTests {
    private static func model(_ nodes: [Node]) -> Model {
        var graph = Graph(
            nodes: nodes, inputs: [ValueInfo("x", .float32, Shape([2, 5, 24]))], outputs: [ValueInfo("y", nil)])
        for (name, tensor) in constants { graph.initializers[name] = tensor }
        return Model(opsetImports: [OpsetImport("", 18)], graph: graph)
    }

    private let x = ramp([2, 5, 24])

    @Test("gives what its nodes give one by one", arguments: cases)
    func agreement(attention: AttentionCase) throws {
        let model = Self.model(attention.nodes)
        let expected = try #require(try Session(model).run(["x": x])["y"])
        let got = try #require(try Session(model, mode: .integer).run(["x": x])["y"])
        #expect(got.extents == expected.extents)
        let values = zip(expected.floats ?? [], got.floats ?? [])
        #expect(values.allSatisfy { abs($0 - $1) <= 2e-6 * max(abs($0), 1) })
    }

    @Test("is one step where nothing else reads the scores", arguments: cases)
    func steps(attention: AttentionCase) throws {
        let session = try Session(Self.model(attention.nodes), mode: .integer)
        let steps = try session.stepTimes(["x": x], runs: 1).map(\.node.opType)
        if attention.steps.isEmpty {
            #expect(!steps.contains("Attention"))
        } else {
            #expect(steps == attention.steps)
        }
    }

    @Test("shows every value that is watched, alone or with all others", arguments: cases)
    func observing(attention: AttentionCase) throws {
        let model = Self.model(attention.nodes), all = Set(model.graph.nodes.flatMap(\.outputs))
        var expected: [String: [Float]] = [:]
        _ = try Session(model, observing: all).run(["x": x]) { expected[$0] = $1.copy().floats }
        for names in expected.keys.map({ Set([$0]) }) + [Set(expected.keys)] {
            var got: [String: [Float]] = [:]
            _ = try Session(model, mode: .integer, observing: names).run(["x": x]) { got[$0] = $1.copy().floats }
            #expect(Set(got.keys) == names)
            for (name, floats) in got {
                let values = zip(floats, expected[name] ?? [])
                #expect(values.allSatisfy { $0 == $1 || abs($0 - $1) <= 2e-6 * max(abs($0), 1) }, "\(name)")
            }
        }
    }

    @Test("the number of threads changes no bit", arguments: cases.filter { !$0.steps.isEmpty })
    func threads(attention: AttentionCase) throws {
        let model = Self.model(attention.nodes)
        defer { KernelThreads.set(KernelThreads.available) }
        let results = try [1, 2, 3].map { count in
            KernelThreads.set(count)
            return try Session(model, mode: .integer).run(["x": x])["y"]?.floats
        }
        #expect(results[1] == results[0] && results[2] == results[0])
    }
}

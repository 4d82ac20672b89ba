import GraphIR
import Passes
import Testing

@Suite("Inlining the model's own functions")
struct InlineFunctionsTests {
    private let imports = [OpsetImport("", 13), OpsetImport("own", 1)]

    private func call(_ name: String, _ inputs: [String], _ outputs: [String], _ attributes: Attribute...) -> Node {
        Node(name, name: "call_\(outputs[0])", domain: "own", inputs: inputs, outputs: outputs, attributes: attributes)
    }

    private func calling(_ nodes: [Node], _ functions: [Function], outputs: [String] = ["y"]) -> Model {
        var result = model(nodes, outputs: outputs)
        result.opsetImports = imports
        result.functions = functions
        return result
    }

    /// `out = LeakyRelu(in; slope) * 2`, with a default slope.
    private var leaky: Function {
        Function(
            "Leaky", domain: "own", inputs: ["in"], outputs: ["out"],
            attributeDefaults: [Attribute("slope", Float(0.25))],
            nodes: [
                Node(
                    "LeakyRelu", inputs: ["in"], outputs: ["t"], attributes: [Attribute("alpha", .reference("slope"))]),
                Node("Add", inputs: ["t", "t"], outputs: ["out"]),
            ], opsetImports: imports)
    }

    @Test("Calls become the function's nodes, each under names of its own, with the call's attributes or the defaults")
    func twoCalls() throws {
        let before = calling(
            [call("Leaky", ["x"], ["a"]), call("Leaky", ["a"], ["y"], Attribute("slope", Float(0.5)))], [leaky])
        let result = try after(InlineFunctions(), before)
        #expect(result.opTypes == ["LeakyRelu", "Add", "LeakyRelu", "Add"])
        #expect(result.graph.nodes.map { $0.float("alpha") } == [0.25, nil, 0.5, nil])
        #expect(result.functions.isEmpty)
        let written = result.graph.nodes.flatMap(\.outputs)
        #expect(Set(written).count == written.count)
    }

    @Test("Functions that call functions, hand an input on, and leave inputs out")
    func nested() throws {
        let outer = Function(
            "Outer", domain: "own", inputs: ["p", "q"], outputs: ["r", "p"],
            nodes: [
                call("Leaky", ["p"], ["t"]),
                Node("Clip", inputs: ["t", "q"], outputs: ["r"]),
            ], opsetImports: imports)
        let result = try after(
            InlineFunctions(), calling([call("Outer", ["x"], ["y", "z"])], [leaky, outer], outputs: ["y", "z"]))
        #expect(result.opTypes == ["LeakyRelu", "Add", "Clip", "Identity"])
        #expect(result.node(writing: "y")?.inputs[1] == "")
        #expect(result.node(writing: "z")?.inputs == ["x"])
    }

    @Test("Branches inside a function read its values under their new names")
    func branches() throws {
        let branch = Graph(
            nodes: [Node("Neg", inputs: ["t"], outputs: ["n"])], outputs: [ValueInfo("n", .float32, nil)])
        let conditional = Function(
            "Conditional", domain: "own", inputs: ["in", "condition"], outputs: ["out"],
            nodes: [
                Node("Exp", inputs: ["in"], outputs: ["t"]),
                Node(
                    "If", inputs: ["condition"], outputs: ["out"],
                    attributes: [Attribute("then_branch", .graph(branch)), Attribute("else_branch", .graph(branch))]),
            ], opsetImports: imports)
        var before = calling(
            [call("Conditional", ["x", "c"], ["t"]), call("Conditional", ["t", "c"], ["y"])], [conditional])
        before.graph.initializers["c"] = Tensor([true], [])
        let result = try after(InlineFunctions(), before)
        #expect(result.opTypes == ["Exp", "If", "Exp", "If"])
        #expect(result.graph.nodes[3].subgraphs[0].nodes[0].inputs == result.graph.nodes[2].outputs)
    }

    @Test("A function that calls itself, or too many calls, is an error and not an endless loop")
    func recursion() throws {
        let endless = Function(
            "Endless", domain: "own", inputs: ["a"], outputs: ["b"], nodes: [call("Endless", ["a"], ["b"])],
            opsetImports: imports)
        #expect(throws: PassFault.recursiveFunction("Endless")) {
            try after(InlineFunctions(), calling([call("Endless", ["x"], ["y"])], [endless]))
        }
        let doubling = (0..<40).map { level in
            Function(
                "F\(level)", domain: "own", inputs: ["a"], outputs: ["c"],
                nodes: level == 0
                    ? [Node("Neg", inputs: ["a"], outputs: ["c"])]
                    : [call("F\(level - 1)", ["a"], ["b"]), call("F\(level - 1)", ["b"], ["c"])],
                opsetImports: imports)
        }
        #expect(throws: PassFault.self) {
            try after(InlineFunctions(), calling([call("F39", ["x"], ["y"])], doubling))
        }
    }

    @Test("A call with too many inputs, and a function that writes no output, are errors")
    func mismatch() throws {
        #expect(throws: PassFault.self) {
            try after(InlineFunctions(), calling([call("Leaky", ["x", "x"], ["y"])], [leaky]))
        }
        var empty = leaky
        empty.nodes = []
        #expect(throws: PassFault.self) {
            try after(InlineFunctions(), calling([call("Leaky", ["x"], ["y"])], [empty]))
        }
    }

    @Test("Functions written against an older operator set are converted with the model")
    func olderFunction() throws {
        let squeeze = Function(
            "Flat", domain: "own", inputs: ["in"], outputs: ["out"],
            nodes: [Node("Squeeze", inputs: ["in"], outputs: ["out"], attributes: [Attribute("axes", [0])])],
            opsetImports: [OpsetImport("", 11)])
        var result = calling([call("Flat", ["x"], ["y"])], [squeeze])
        for pass in [ConvertOpset(), InlineFunctions()] as [any Pass] { result = try after(pass, result) }
        #expect(result.opTypes == ["Constant", "Squeeze"])
        #expect(result.opset == 13)
    }
}

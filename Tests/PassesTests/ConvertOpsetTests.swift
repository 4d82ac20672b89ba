import GraphIR
import Passes
import Testing

@Suite("Converting the operator set")
struct ConvertOpsetTests {
    private func converted(
        _ node: Node, from: Int, to: Int = 13, inputs: [String: [Int]] = ["x": [2, 3, 4]]
    ) throws -> Model {
        try after(ConvertOpset(to: to), model([node], inputs: inputs, opset: from))
    }

    /// The contents of the Constant that feeds an input of the last node.
    private func constant(_ input: Int, of model: Model) throws -> Tensor? {
        let name = try #require(model.graph.nodes.last).inputs[input]
        guard case .tensor(let tensor)? = model.node(writing: name)?.attribute("value") else { return nil }
        return tensor
    }

    @Test("The version is raised to 13 and never lowered; the IR version follows")
    func versions() throws {
        let relu = Node("Relu", inputs: ["x"], outputs: ["y"])
        for (from, target, reached) in [(7, 13, 13), (12, 11, 13), (17, 13, 17), (13, 17, 17), (13, 21, 21)] {
            let result = try converted(relu, from: from, to: target)
            #expect(result.opset == reached)
        }
        var old = model([relu], opset: 9)
        old.irVersion = 4
        #expect(try after(ConvertOpset(), old).irVersion == 7)
        old.irVersion = 9
        #expect(try after(ConvertOpset(), old).irVersion == 9)
        #expect(try after(ConvertOpset(to: 21), old).irVersion == 10)
    }

    @Test("Imports of other domains stay as they are")
    func otherDomains() throws {
        var old = model([Node("Relu", inputs: ["x"], outputs: ["y"])], opset: 9)
        old.opsetImports = [OpsetImport("com.microsoft", 1), OpsetImport("ai.onnx", 9), OpsetImport("ai.onnx.ml", 2)]
        let result = try after(ConvertOpset(), old)
        #expect(result.opsetImports.map(\.version) == [1, 13, 2])
        #expect(result.opsetImports.count == 3)
    }

    @Test(
        "Axes, sizes and limits become inputs",
        arguments: [
            ("Squeeze", 11, 13, Attribute("axes", [0, 2]), 1), ("Unsqueeze", 11, 13, Attribute("axes", [0, 2]), 1),
            ("ReduceSum", 11, 13, Attribute("axes", [0, 2]), 1), ("Split", 11, 13, Attribute("split", [0, 2]), 1),
            ("ReduceMean", 11, 18, Attribute("axes", [0, 2]), 1), ("Pad", 10, 13, Attribute("pads", [0, 2]), 1),
        ])
    func attributeToInput(opType: String, from: Int, to: Int, attribute: Attribute, position: Int) throws {
        let result = try converted(
            Node(opType, inputs: ["x"], outputs: ["y"], attributes: [attribute]), from: from, to: to)
        #expect(result.opTypes == ["Constant", opType])
        #expect(try constant(position, of: result)?.integers == [0, 2])
        #expect(result.graph.nodes[1].attributes.isEmpty)
    }

    @Test("ReduceMean keeps its attribute below version 18")
    func reduceMean() throws {
        let mean = Node("ReduceMean", inputs: ["x"], outputs: ["y"], attributes: [Attribute("axes", [1])])
        #expect(try converted(mean, from: 11, to: 17).graph.nodes[0].ints("axes") == [1])
    }

    @Test("Clip takes its limits as inputs of the data's type, and leaves out the one it has not")
    func clip() throws {
        let clip = Node("Clip", inputs: ["x"], outputs: ["y"], attributes: [Attribute("max", Float(6))])
        let result = try converted(clip, from: 9)
        #expect(result.graph.nodes.last?.inputs[1] == "")
        #expect(try constant(2, of: result)?.floats == [6])
        var double = model([clip], opset: 9)
        double.graph.inputs[0].type = .tensor(.float64, Shape([1]))
        #expect(try constant(2, of: after(ConvertOpset(), double))?.elementType == .float64)
    }

    @Test("Softmax over the last axes of a matrix keeps its form, over several axes it is flattened")
    func softmax() throws {
        func softmax(_ axis: Int) -> Node {
            Node("Softmax", inputs: ["x"], outputs: ["y"], attributes: [Attribute("axis", axis)])
        }
        let last = try converted(softmax(2), from: 11)
        #expect(last.opTypes == ["Softmax"] && last.graph.nodes[0].int("axis") == 2)
        let unstated = try converted(Node("Softmax", inputs: ["x"], outputs: ["y"]), from: 9, inputs: ["x": [2, 3]])
        #expect(unstated.graph.nodes[0].int("axis") == 1)
        let several = try converted(softmax(1), from: 11)
        #expect(several.opTypes == ["Flatten", "Softmax", "Shape", "Reshape"])
        let ones = try converted(softmax(1), from: 11, inputs: ["x": [2, 10, 1, 1]])
        #expect(ones.opTypes == ["Softmax"] && ones.graph.nodes[0].int("axis") == 1)
    }

    @Test("Upsample becomes a Resize that takes the element before", arguments: [7, 9])
    func upsample(from: Int) throws {
        var old = model([Node("Upsample", inputs: ["x"], outputs: ["y"])], opset: from)
        if from == 7 {
            old.graph.nodes[0].set(Attribute("scales", .floats([1, 1, 2, 2])))
        } else {
            old.graph.nodes[0].inputs.append("scales")
            old.graph.initializers["scales"] = Tensor([Float(1), 1, 2, 2], [4])
        }
        let resize = try #require(try after(ConvertOpset(), old).graph.nodes.last)
        #expect(resize.opType == "Resize" && resize.inputs.count == 3 && resize.inputs[1] == "")
        #expect(resize.string("coordinate_transformation_mode") == "asymmetric")
        #expect(resize.string("nearest_mode") == "floor")
    }

    @Test("Nodes in branches are converted too")
    func branches() throws {
        let branch = Graph(
            nodes: [Node("Unsqueeze", inputs: ["x"], outputs: ["n"], attributes: [Attribute("axes", [0])])],
            outputs: [ValueInfo("n", .float32, nil)])
        var old = model(
            [
                Node(
                    "If", inputs: ["condition"], outputs: ["y"],
                    attributes: [Attribute("then_branch", .graph(branch)), Attribute("else_branch", .graph(branch))])
            ], opset: 11)
        old.graph.initializers["condition"] = Tensor([true], [])
        let result = try after(ConvertOpset(), old)
        #expect(
            result.graph.nodes[0].subgraphs.map { $0.nodes.map(\.opType) }
                == Array(repeating: ["Constant", "Unsqueeze"], count: 2))
    }

    @Test("What the newer version cannot say is an error that names the node, the operator and the versions")
    func refused() throws {
        let node = Node(
            "BatchNormalization", name: "bn", inputs: ["x", "a", "b", "c", "d"], outputs: ["y"],
            attributes: [Attribute("spatial", 0)])
        var old = model([node], opset: 7)
        for name in ["a", "b", "c", "d"] { old.graph.initializers[name] = Tensor([Float(1)], [1]) }
        let fault = #expect(throws: PassFault.self) { try after(ConvertOpset(), old) }
        guard case .noOpsetAdapter(let name, let opType, let from, let to, let version, _) = fault else {
            Issue.record("another error")
            return
        }
        #expect(name == "BatchNormalization 'bn'" && opType == "BatchNormalization")
        #expect((from, to, version) == (7, 13, 9))
    }

    @Test("What broadcast from an axis on gets the axes behind it", arguments: [(0, 2), (1, 1), (2, 0), (-2, 1)])
    func broadcast(axis: Int, added: Int) throws {
        let attributes = [Attribute("broadcast", 1), Attribute("axis", axis)]
        var old = model(
            [Node("Add", inputs: ["x", "a"], outputs: ["y"], attributes: attributes)], inputs: ["x": [4, 4, 4]],
            constants: ["a": Tensor([Float](repeating: 1, count: 4), [4])], opset: 6)
        let result = try after(ConvertOpset(), old)
        #expect(result.opTypes.filter { $0 != "Constant" } == (added > 0 ? ["Unsqueeze", "Add"] : ["Add"]))
        let operand = try #require(result.graph.nodes.last?.inputs[1])
        #expect(inferFacts(result)[operand]?.shape == Shape([4] + Array(repeating: 1, count: added)))
        for axis in [3, -4, .max, .min] {
            old.graph.nodes[0].set(Attribute("axis", axis))
            #expect(throws: PassFault.self) { try after(ConvertOpset(), old) }
        }
    }

    @Test("The first versions: attributes that are inputs, words or gone now")
    func firstVersions() throws {
        let old = model(
            [
                Node("Relu", inputs: ["x"], outputs: ["a"], attributes: [Attribute("consumed_inputs", [0])]),
                Node("Pad", inputs: ["a"], outputs: ["b"], attributes: [Attribute("paddings", [0, 0, 0, 1])]),
                Node("Reshape", inputs: ["b"], outputs: ["c"], attributes: [Attribute("shape", [4, 2])]),
                Node("Cast", inputs: ["c"], outputs: ["d"], attributes: [Attribute("to", "DOUBLE")]),
                Node("Cast", inputs: ["d"], outputs: ["e"], attributes: [Attribute("to", "FLOAT")]),
                Node("Concat", inputs: ["e", "e"], outputs: ["f"]),
                Node(
                    "Add", inputs: ["f", "row"], outputs: ["g"],
                    attributes: [Attribute("broadcast", 1), Attribute("axis", 1)]),
                Node("PRelu", inputs: ["g", "slope"], outputs: ["y"]),
            ], inputs: ["x": [2, 3]],
            constants: [
                "row": Tensor([Float](repeating: 1, count: 4), [4]),
                "slope": Tensor([Float](repeating: 0.5, count: 4), [4]),
            ], opset: 1)
        var result = try after(ConvertOpset(), old)
        try Pipeline.standard().run(&result)
        #expect(result.opTypes == ["Relu", "Pad", "Reshape", "Cast", "Cast", "Concat", "Add", "PRelu"])
        #expect(result.graph.nodes.map(\.attributes.count) == [0, 0, 0, 1, 1, 1, 0, 0])
        #expect(inferFacts(result)["y"]?.shape == Shape([4, 4]))
    }
}

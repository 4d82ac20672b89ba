import GraphIR
import Testing

import ONNXFormat

@Suite("The ONNX project's library")
struct ONNXLibraryTests {
    private func model(_ node: Node, opset: Int, irVersion: Int = 8) -> Model {
        let graph = Graph(
            name: "g", nodes: [node], inputs: [ValueInfo("x", .float32, Shape([2, 3]))],
            outputs: [ValueInfo("y", .float32, Shape([2, 3]))])
        return Model(irVersion: irVersion, opsetImports: [OpsetImport("", opset)], graph: graph)
    }

    @Test("finds a good model valid and a bad one not")
    func check() throws {
        let good = model(Node("Relu", inputs: ["x"], outputs: ["y"]), opset: 13)
        #expect(try ONNXLibrary.check(good) == .valid)
        let bad = model(Node("Relu", inputs: ["x", "x"], outputs: ["y"]), opset: 13)
        guard case .invalid(let text) = try ONNXLibrary.check(bad) else {
            Issue.record("two inputs of a Relu went unnoticed")
            return
        }
        #expect(text.contains("Relu"))
    }

    @Test("is not asked about what it does not know")
    func notChecked() throws {
        let highest = (opset: ONNXLibrary.highestOpset, irVersion: ONNXLibrary.highestIRVersion)
        #expect(highest.opset >= 17 && highest.irVersion >= 8)
        let relu = Node("Relu", inputs: ["x"], outputs: ["y"])
        let opset = highest.opset + 1
        #expect(try ONNXLibrary.check(model(relu, opset: opset)) == .notChecked(.opset(opset, highest: highest.opset)))
        let version = highest.irVersion + 1
        #expect(
            try ONNXLibrary.check(model(relu, opset: 13, irVersion: version))
                == .notChecked(.irVersion(version, highest: highest.irVersion)))
    }

    @Test("infers shapes")
    func inferShapes() throws {
        var pair = model(Node("Transpose", inputs: ["x"], outputs: ["t"]), opset: 13)
        pair.graph.nodes.append(Node("Transpose", inputs: ["t"], outputs: ["y"]))
        let inferred = try ONNXLibrary.inferShapes(pair)
        #expect(inferred.graph.valueInfo.first { $0.name == "t" }?.shape == Shape([3, 2]))
    }

    @Test("converts the operator set, and says where it cannot")
    func convertOpset() throws {
        let squeeze = model(
            Node("Unsqueeze", inputs: ["x"], outputs: ["y"], attributes: [Attribute("axes", [0])]), opset: 11)
        let converted = try ONNXLibrary.convertOpset(squeeze, to: 13)
        #expect(converted.opset == 13)
        #expect(converted.graph.nodes.last?.inputs.count == 2)
        #expect(throws: LibraryFault.opset(ONNXLibrary.highestOpset + 1, highest: ONNXLibrary.highestOpset)) {
            try ONNXLibrary.convertOpset(squeeze, to: ONNXLibrary.highestOpset + 1)
        }
        let unknown = model(Node("NoSuchOperator", inputs: ["x"], outputs: ["y"]), opset: 11)
        #expect(throws: LibraryFault.self) { try ONNXLibrary.convertOpset(unknown, to: 13) }
    }
}

import GraphIR
import Quantization
import Testing

@Suite("Placement")
struct PlacementTests {
    @Test("a residual network works on integers from its first convolution to its last product")
    func residual() {
        let model = Networks.residual()
        let placement = model.placement()
        #expect(placement.quantizedNodes == Set(model.graph.nodes.indices))
        #expect(placement.floatNodes.isEmpty)
    }

    @Test("the grid is set after an activation, never between it and its producer; logits stay float")
    func activationsFold() {
        let values = Set(Networks.residual().placement().values.keys)
        #expect(values == ["image", "a", "b", "c", "d", "e"])
    }

    @Test("what only moves values shares the grid of its input")
    func sharedGrid() {
        let placement = Networks.residual().placement()
        #expect(placement.values["e"]?.group == placement.values["d"]?.group)
    }

    @Test("in a transformer only the products' operands are on grids; the residual reads the float value")
    func transformer() throws {
        let model = Networks.transformerBlock()
        let placement = model.placement()
        #expect(Set(placement.values.keys) == ["x", "r"])
        #expect(placement.floatNodes[0] == .role)
        let quantized = model.quantized()
        #expect(quantized.node("residual")?.inputs.first == "x")
        #expect(quantized.node("up")?.inputs.first != "x")
    }

    /// A convolution, the Softmax of a detector's sides, and the products that make distances of them.
    private func detector(distances: Int) -> Model {
        let nodes = [
            Node("Conv", name: "head", inputs: ["image", "w0"], outputs: ["sides"], attributes: Networks.same),
            Node("Softmax", name: "shares", inputs: ["sides"], outputs: ["shares"], attributes: [Attribute("axis", 1)]),
            Node("Conv", name: "distance", inputs: ["shares", "w1"], outputs: ["distance"]),
            Node("Mul", name: "decode", inputs: ["distance", "stride"], outputs: ["logits"]),
        ]
        return Networks.model(nodes, [
            "w0": Networks.weight([64, 32, 3, 3]), "w1": Networks.weight([distances, 64, 1, 1]),
            "stride": Tensor([Float(8)], []),
        ], input: Shape([1, 32, 8, 8]), output: Shape([1, .known(distances), 8, 8]))
    }

    @Test("a last product of hardly any work stays float, and what decodes its result with it; a larger one does not")
    func negligible() {
        var model = detector(distances: 1)
        model.graph.initializers["w0"] = Networks.weight([64, 128, 3, 3])
        model.graph.inputs[0] = ValueInfo("image", .float32, Shape([1, 128, 8, 8]))
        let placement = model.placement()
        #expect(placement.floatNodes[2] == .negligible)
        #expect(placement.quantizedNodes == [0])
        #expect(Set(placement.values.keys) == ["image", "sides"])
        model.graph.inputs[0] = ValueInfo("image", .float32, Shape([.symbol("n"), 128, 8, 8]))
        #expect(model.placement().floatNodes[2] == .negligible)
        #expect(detector(distances: 1).placement().products.keys.sorted() == [0, 2])
        #expect(detector(distances: 16).placement().products.keys.sorted() == [0, 2])
    }

    @Test("a last product stays on integers where the extents do not tell how much work it is")
    func unknownWork() {
        var model = detector(distances: 1)
        model.graph.initializers["w0"] = Networks.weight([64, 128, 3, 3])
        model.graph.inputs[0] = ValueInfo("image", .float32, Shape([1, 128, .symbol("h"), .symbol("w")]))
        model.graph.outputs[0] = ValueInfo("logits", .float32, Shape([1, 1, .symbol("h"), .symbol("w")]))
        #expect(model.placement().products.keys.sorted() == [0, 2])
    }

    @Test("a small product before others is one of them")
    func smallInside() {
        var model = detector(distances: 1)
        model.graph.nodes.append(Node("Conv", name: "next", inputs: ["logits", "w2"], outputs: ["map"]))
        model.graph.initializers["w0"] = Networks.weight([64, 128, 3, 3])
        model.graph.initializers["w2"] = Networks.weight([1000, 1, 1, 1])
        model.graph.inputs[0] = ValueInfo("image", .float32, Shape([1, 128, 8, 8]))
        model.graph.outputs[0] = ValueInfo("map", .float32, Shape([1, 1000, 8, 8]))
        #expect(model.placement().products.keys.sorted() == [0, 2, 4])
    }

    @Test("a convolution that ends the model gives integers unless the options say otherwise")
    func lastConvolution() {
        let nodes = [
            Node("Conv", name: "stem", inputs: ["image", "w0"], outputs: ["a"], attributes: Networks.same),
            Node("Conv", name: "head", inputs: ["a", "w1"], outputs: ["logits"]),
        ]
        var model = Networks.model(
            nodes, ["w0": Networks.weight([4, 3, 3, 3]), "w1": Networks.weight([4, 4, 1, 1])],
            input: Shape([1, 3, 8, 8]), output: Shape([1, 4, 8, 8]))
        #expect(model.placement().lastConvolutions == [1])
        #expect(Set(model.placement().values.keys) == ["image", "a", "logits"])
        var options = QuantizationOptions()
        options.worksOnIntegers = { $0 != "logits" }
        #expect(Set(model.placement(options).values.keys) == ["image", "a"])
        model.graph.nodes.append(Node("Softmax", name: "shares", inputs: ["logits"], outputs: ["shares"]))
        #expect(model.placement(options).lastConvolutions.isEmpty)
        #expect(Set(model.placement(options).values.keys) == ["image", "a", "logits"])
    }

    @Test("excluded nodes stay float, by name or by operator type", arguments: ["branch", "Add"])
    func excluded(pattern: String) {
        let model = Networks.residual()
        var options = QuantizationOptions()
        options.isExcluded = { name, opType in name == pattern || opType == pattern }
        let placement = model.placement(options)
        let excluded = model.graph.nodes.indices.filter { placement.floatNodes[$0] == .excluded }
        #expect(excluded.count == 1)
        #expect(placement.quantizedNodes.isDisjoint(with: excluded))
    }

    @Test("a weight that is not finite leaves its operator float", arguments: [Float.nan, .infinity])
    func notFinite(value: Float) {
        var model = Networks.residual()
        var values = [Float](repeating: 0.5, count: 4 * 4 * 9)
        values[7] = value
        model.graph.initializers["w1"] = Tensor(values, [4, 4, 3, 3])
        #expect(model.placement().floatNodes[2] == .form("a weight that is not finite"))
    }

    @Test("a constant that only masks is no operand of an integer addition")
    func mask() {
        var model = Networks.residual()
        model.graph.nodes[3].inputs[1] = "mask"
        model.graph.initializers["mask"] = Tensor([Float(0), -1e9, 0, 0, 0, 0, 0, 0], [8])
        #expect(model.placement().floatNodes[3] == .betweenFloatOperators)
    }

    @Test("products of two activations work on integers, second operands on grids of weights")
    func attention() throws {
        let model = Networks.attention(terms: 16)
        let placement = model.placement()
        #expect(placement.activationProducts == [4, 6])
        #expect(["q", "t", "p", "v"].allSatisfy { placement.values[$0] != nil })
        #expect(placement.values.filter(\.value.isSymmetric).keys.sorted() == ["t", "v"])
        let quantized = model.quantized()
        for (name, type) in [("scores", ElementType.int8), ("mix", .int8)] {
            let product = try #require(quantized.node(name))
            let dequantize = try #require(quantized.producer(of: product.inputs[1]))
            #expect(dequantize.opType == "DequantizeLinear")
            #expect(quantized.graph.initializers[dequantize.inputs[2]]?.elementType == type)
        }
    }

    @Test("a product of two activations stays float where it has few terms or the options say so")
    func floatAttention() {
        #expect(Networks.attention(terms: 4).placement().activationProducts == [6])
        var options = QuantizationOptions()
        options.worksOnIntegers = { $0 != "m" }
        let placement = Networks.attention(terms: 16).placement(options)
        #expect(placement.activationProducts == [4])
        #expect(placement.floatNodes[6] == .noConstantWeight)
        #expect(placement.values["p"] == nil)
    }
}

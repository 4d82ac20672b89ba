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
}

import GraphIR
import Quantization
import Testing

@Suite("Rewriting")
struct RewriterTests {
    @Test("the quantized graph keeps its inputs, outputs and invariants")
    func invariants() throws {
        for model in [Networks.residual(), Networks.transformerBlock()] {
            let quantized = model.quantized()
            try quantized.graph.checkInvariants()
            #expect(quantized.graph.inputs == model.graph.inputs)
            #expect(quantized.graph.outputs == model.graph.outputs)
        }
    }

    @Test("weights are int8 on one scale a channel, biases int32 on the product of the scales")
    func weights() throws {
        let model = Networks.residual().quantized()
        let stem = try #require(model.node("stem"))
        let weight = try #require(model.producer(of: stem.inputs[1])), bias = try #require(model.producer(of: stem.inputs[2]))
        let image = try #require(model.producer(of: stem.inputs[0]))
        #expect(model.graph.initializers[weight.inputs[0]]?.elementType == .int8)
        #expect(weight.int("axis") == 0)
        let scales = try #require(model.graph.initializers[weight.inputs[1]]?.floats)
        let imageScale = try #require(model.graph.initializers[image.inputs[1]]?.floats?.first)
        #expect(scales.count == 4)
        #expect(model.graph.initializers[bias.inputs[0]]?.elementType == .int32)
        #expect(model.graph.initializers[bias.inputs[1]]?.floats == scales.map { imageScale * $0 })
    }

    @Test("the scale of a weight is raised where the bias would not fit int32")
    func hugeBias() throws {
        var model = Networks.residual()
        model.graph.initializers["b0"] = Tensor([Float(1e9), 0, -1e9, 1], [4])
        let quantized = model.quantized()
        let stem = try #require(quantized.node("stem"))
        let bias = try #require(quantized.producer(of: stem.inputs[2]))
        let integers = try #require(quantized.graph.initializers[bias.inputs[0]]?.integers)
        let scales = try #require(quantized.graph.initializers[bias.inputs[1]]?.floats)
        for (integer, (scale, value)) in zip(integers, zip(scales, [Float(1e9), 0, -1e9, 1])) {
            #expect(abs(integer) < Int(Int32.max))
            #expect(abs(Float(integer) * scale - value) <= scale)
        }
    }

    @Test("values that a producer makes on integers keep their name in dequantized form")
    func names() throws {
        let model = Networks.residual().quantized()
        for value in ["a", "b", "c", "d", "e"] {
            #expect(model.producer(of: value)?.opType == "DequantizeLinear")
        }
        #expect(model.node("join")?.inputs == ["a", "b"])
    }

    @Test("a weight shared by two nodes is stored once")
    func shared() {
        var model = Networks.residual()
        model.graph.nodes[4] = Node("Conv", name: "again", inputs: ["sum", "w1"], outputs: ["c"], attributes: Networks.same)
        let quantized = model.quantized()
        let int8 = quantized.graph.initializers.values.filter { $0.elementType == .int8 && $0.extents == [4, 4, 3, 3] }
        #expect(int8.count == 1)
        #expect(quantized.node("branch")?.inputs[1] == quantized.node("again")?.inputs[1])
    }

    @Test("a weight that comes as integers is not quantized again")
    func alreadyQuantized() throws {
        var model = Networks.residual()
        let integers = Tensor((0..<144).map { Int8($0 % 100) }, [4, 4, 3, 3])
        model.graph.initializers["w1"] = nil
        model.graph.initializers["w1_int8"] = integers
        model.graph.initializers["w1_scale"] = Tensor(scalar: Float(0.01))
        model.graph.nodes.insert(
            Node("DequantizeLinear", name: "given", inputs: ["w1_int8", "w1_scale"], outputs: ["w1"]), at: 0)
        let quantized = model.quantized()
        #expect(quantized.node("branch")?.inputs[1] == "w1")
        #expect(quantized.node("given")?.inputs.first == "w1_int8")
        #expect(quantized.graph.initializers["w1_int8"]?.integers == integers.integers)
    }

    @Test("a value goes on to another grid where an operator reads it with other bits than it is made with")
    func wideActivations() throws {
        let model = Networks.residual()
        let branch = try #require(model.graph.nodes.firstIndex { $0.name == "branch" })
        let quantized = model.quantized(wide: [branch])
        try quantized.graph.checkInvariants()
        func type(_ value: String) throws -> ElementType? {
            let node = try #require(quantized.producer(of: value))
            #expect(node.opType == "DequantizeLinear")
            return quantized.graph.initializers[node.inputs[2]]?.elementType
        }
        let node = try #require(quantized.node("branch")), join = try #require(quantized.node("join"))
        #expect(try type(node.inputs[0]) == .uint16)
        #expect(try type(node.inputs[1]) == .int8)
        for input in join.inputs { #expect(try type(input) == .uint8) }
        let plain = model.quantized()
        let added = { (opType: String) in
            quantized.graph.nodes.count { $0.opType == opType } - plain.graph.nodes.count { $0.opType == opType }
        }
        #expect(added("QuantizeLinear") == 2)
        #expect(added("DequantizeLinear") == 2)
    }
}

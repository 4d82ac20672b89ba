import GraphIR
import Reporting
import Testing

@testable import OnnxQuant

@Suite("Counting multiply-accumulates")
struct MultiplyAccumulatesTests {
    private func model(
        _ nodes: [Node], input: Shape, weights: [String: [Int]] = [:], integers: Set<String> = []
    ) -> Model {
        var graph = Graph(
            nodes: nodes, inputs: [ValueInfo("x", .float32, input)],
            outputs: [ValueInfo(nodes.last?.outputs.first ?? "", .tensor(.float32, nil))])
        for (name, extents) in weights {
            let count = extents.reduce(1, *)
            graph.initializers[name] = integers.contains(name)
                ? Tensor(Array(repeating: Int8(1), count: count), extents)
                : Tensor(Array(repeating: Float(1), count: count), extents)
        }
        return Model(opsetImports: [OpsetImport("", 13)], graph: graph)
    }

    @Test("A convolution sums over its kernel and the input channels of its group")
    func convolution() throws {
        let node = Node(
            "Conv", inputs: ["x", "w"], outputs: ["y"],
            attributes: [Attribute("strides", [2, 2]), Attribute("group", 2)])
        let share = try MultiplyAccumulates.count(
            model([node], input: Shape([1, 4, 9, 9]), weights: ["w": [6, 2, 3, 3]]))
        #expect(share == MultiplyAccumulateShare(total: (6 * 4 * 4) * (2 * 3 * 3), integer: 0))
    }

    @Test("A transposed convolution spreads each input element over the kernel")
    func transposedConvolution() throws {
        let node = Node("ConvTranspose", inputs: ["x", "w"], outputs: ["y"], attributes: [Attribute("strides", [2, 2])])
        let share = try MultiplyAccumulates.count(
            model([node], input: Shape([1, 4, 5, 5]), weights: ["w": [4, 3, 2, 2]]))
        #expect(share.total == (4 * 5 * 5) * (3 * 2 * 2))
    }

    @Test("A matrix product sums over the inner dimension, of the transposed operand too")
    func matrixProduct() throws {
        let product = Node("MatMul", inputs: ["x", "w"], outputs: ["y"])
        let broadcast = try MultiplyAccumulates.count(
            model([product], input: Shape([2, 3, 5]), weights: ["w": [5, 7]]))
        #expect(broadcast.total == 2 * 3 * 5 * 7)
        let gemm = Node("Gemm", inputs: ["x", "w"], outputs: ["y"], attributes: [Attribute("transA", 1)])
        #expect(try MultiplyAccumulates.count(model([gemm], input: Shape([5, 3]), weights: ["w": [5, 7]])).total == 105)
    }

    @Test("A free dimension counts as 1, or as what it is given")
    func freeDimensions() throws {
        let product = Node("MatMul", inputs: ["x", "w"], outputs: ["y"])
        let free = model([product], input: Shape([.symbol("batch"), .unknown, 5]), weights: ["w": [5, 7]])
        #expect(try MultiplyAccumulates.count(free).total == 35)
        #expect(try MultiplyAccumulates.count(free, extents: ["x": [4, 3, 5]]).total == 4 * 3 * 35)
    }

    @Test("Shapes that the model computes are followed")
    func computedShapes() throws {
        let nodes = [
            Node("Shape", inputs: ["x"], outputs: ["shape"]),
            Node("Gather", inputs: ["shape", "zero"], outputs: ["rows"]),
            Node("Concat", inputs: ["rows", "rest"], outputs: ["wanted"], attributes: [Attribute("axis", 0)]),
            Node("Reshape", inputs: ["x", "wanted"], outputs: ["matrix"]),
            Node("MatMul", inputs: ["matrix", "w"], outputs: ["y"]),
        ]
        var computed = model(nodes, input: Shape([.symbol("batch"), 2, 3]), weights: ["w": [6, 5]])
        computed.graph.initializers["zero"] = Tensor([Int64(0)], [1])
        computed.graph.initializers["rest"] = Tensor([Int64(-1)], [1])
        #expect(try MultiplyAccumulates.count(computed, extents: ["x": [4, 2, 3]]).total == 4 * 6 * 5)
    }

    /// x -> Q -> DQ -> Conv or MatMul (weight behind DQ) -> activation -> Q -> DQ, as far as asked.
    private func quantized(_ opType: String, activation: String? = nil, giving integers: Bool) -> Model {
        var nodes = [
            Node("QuantizeLinear", inputs: ["x", "s"], outputs: ["xq"]),
            Node("DequantizeLinear", inputs: ["xq", "s"], outputs: ["xd"]),
            Node("DequantizeLinear", inputs: ["w", "s"], outputs: ["wd"]),
            Node(opType, inputs: ["xd", "wd"], outputs: ["y"]),
        ]
        var last = "y"
        if let activation {
            nodes.append(Node(activation, inputs: ["y"], outputs: ["z"]))
            last = "z"
        }
        if integers { nodes.append(Node("QuantizeLinear", inputs: [last, "s"], outputs: ["q"])) }
        let isSpatial = opType == "Conv"
        return model(
            nodes, input: isSpatial ? Shape([1, 2, 3, 3]) : Shape([3, 2]),
            weights: ["s": [], "w": isSpatial ? [4, 2, 1, 1] : [2, 4]], integers: ["w"])
    }

    @Test("Between quantize and dequantize nodes work is on integers; a convolution must give integers, too")
    func integers() throws {
        #expect(try MultiplyAccumulates.count(quantized("Conv", giving: true)).share == 1)
        #expect(try MultiplyAccumulates.count(quantized("Conv", activation: "Relu", giving: true)).share == 1)
        #expect(try MultiplyAccumulates.count(quantized("Conv", activation: "Exp", giving: true)).share == 0)
        #expect(try MultiplyAccumulates.count(quantized("Conv", giving: false)).share == 0)
        #expect(try MultiplyAccumulates.count(quantized("MatMul", giving: false)).share == 1)
    }

    @Test("Work on integers is told apart by the bits of the activations")
    func widths() throws {
        for (bits, zeroPoint) in [(8, Tensor(scalar: UInt8(3))), (16, Tensor(scalar: UInt16(3)))] {
            var model = quantized("Conv", giving: true)
            model.graph.initializers["zero"] = zeroPoint
            for position in [0, 1] { model.graph.nodes[position].inputs.append("zero") }
            let share = try MultiplyAccumulates.count(model)
            #expect(share == MultiplyAccumulateShare(total: 72, integer: 72, wide: bits == 16 ? 72 : 0))
            #expect(share.narrow + share.wide + share.float == share.total)
        }
    }

    @Test("Extents whose product no integer holds are not counted, and stop nothing")
    func overflow() throws {
        let product = Node("MatMul", inputs: ["x", "w"], outputs: ["y"])
        let huge = model([product], input: Shape([1 << 40, 1 << 40, 5]), weights: ["w": [5, 7]])
        #expect(try MultiplyAccumulates.count(huge).total == 0)
    }
}

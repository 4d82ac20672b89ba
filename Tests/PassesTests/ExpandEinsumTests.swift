import GraphIR
import Passes
import Testing

@Suite("Making matrix products of Einsums")
struct ExpandEinsumTests {
    private func einsum(_ equation: String, _ a: [Int], _ b: [Int], weight: Int? = nil) -> Model {
        var generator = SeededGenerator(seed: 3)
        let operands = ["a": a, "b": b], names = ["a", "b"]
        let constant = weight.map { names[$0] }
        return model(
            [Node("Einsum", name: "sum", inputs: names, outputs: ["y"], attributes: [Attribute("equation", equation)])],
            inputs: operands.filter { $0.key != constant },
            constants: constant.map { [$0: generator.floats(operands[$0] ?? [])] } ?? [:])
    }

    @Test("Attention's two products, in the orders that exporters write", arguments: [
        ("bhid,bhjd->bhij", [2, 3, 4, 5], [2, 3, 6, 5], ["Transpose", "MatMul"]),
        ("bhij,bhjd->bhid", [2, 3, 4, 5], [2, 3, 5, 6], ["MatMul"]),
        ("aecd,abcd->acbe", [2, 4, 3, 5], [2, 6, 3, 5], ["Transpose", "Transpose", "MatMul"]),
        ("acbe,aecd->abcd", [2, 3, 6, 4], [2, 4, 3, 5], ["Transpose", "MatMul", "Transpose"]),
        ("...id,...jd->...ij", [2, 3, 4, 5], [2, 3, 6, 5], ["Transpose", "MatMul"]),
        ("binh,tnh->bnit", [2, 6, 3, 5], [4, 3, 5], ["Transpose", "Transpose", "MatMul"]),
        ("bhcij,bjk->bhcik", [2, 3, 2, 4, 5], [2, 5, 3], ["Transpose", "MatMul", "Transpose"]),
    ])
    func attention(equation: String, a: [Int], b: [Int], operators: [String]) throws {
        #expect(try afterKeepingValues(ExpandEinsum(), einsum(equation, a, b)).opTypes == operators)
    }

    @Test("A layer whose weight has several axes", arguments: [
        ("abc,cd->abd", [2, 3, 4], [4, 5], 1),
        ("abc,cde->abde", [2, 3, 4], [4, 5, 6], 1),
        ("abcd,cde->abe", [2, 3, 4, 5], [4, 5, 6], 1),
        ("abcd,dce->abe", [2, 3, 4, 5], [5, 4, 6], 1),
        ("cd,abc->abd", [4, 5], [2, 3, 4], 0),
        ("dc,abc->dab", [5, 4], [2, 3, 4], 0),
        ("...c,cd->...d", [2, 3, 4], [4, 5], 1),
        ("ab,cb", [3, 4], [5, 4], 1),
    ])
    func layer(equation: String, a: [Int], b: [Int], weight: Int) throws {
        let result = try afterKeepingValues(ExpandEinsum(), einsum(equation, a, b, weight: weight))
        #expect(result.opTypes.contains("MatMul") && !result.opTypes.contains("Einsum"))
        var folded = result
        _ = try Pipeline.standard().run(&folded)
        let product = try #require(folded.graph.nodes.first { ["MatMul", "Gemm"].contains($0.opType) })
        let constant = try #require(folded.graph.initializers[product.inputs[1]])
        #expect(constant.extents.count == 2, "a weight is a matrix, as quantization wants it")
    }

    @Test("What is no matrix product stays", arguments: [
        ("ii,ij->ij", [3, 3], [3, 4]),
        ("ij,ij->ij", [3, 4], [3, 4]),
        ("i,j->ij", [3], [4]),
        ("ij,jk->k", [3, 4], [4, 5]),
        ("bij,bj->bi", [2, 3, 4], [2, 4]),
        ("ij,jk->ik", [3, 1], [4, 5]),
        ("abc,bcd->ad", [2, 1 << 40, 1 << 40], [1 << 40, 1 << 40, 3]),
    ])
    func others(equation: String, a: [Int], b: [Int]) throws {
        #expect(try after(ExpandEinsum(), einsum(equation, a, b)).opTypes == ["Einsum"])
    }

    @Test("Rows of any number stay any number")
    func symbols() throws {
        var symbolic = einsum("abc,cde->abde", [2, 3, 4], [4, 5, 6], weight: 1)
        symbolic.graph.inputs[0] = ValueInfo("a", .float32, Shape([.symbol("batch"), .symbol("sequence"), .known(4)]))
        let result = try after(ExpandEinsum(), symbolic)
        #expect(result.opTypes == ["Reshape", "MatMul", "Reshape"])
        let fixed = einsum("abc,cde->abde", [2, 3, 4], [4, 5, 6], weight: 1)
        var other = result
        other.graph.inputs = fixed.graph.inputs
        try expectSameValues(fixed, other, tolerance: 2e-6, seed: 5)
    }

    @Test("An operand that is expanded to a free batch is no obstacle")
    func expanded() throws {
        var symbolic = einsum("abc,cde->abde", [3, 1, 4], [4, 5, 6], weight: 1)
        symbolic.graph.nodes = [
            Node("Shape", inputs: ["x"], outputs: ["shape"]),
            Node("Slice", inputs: ["shape", "zero", "one"], outputs: ["batch"]),
            Node("Concat", inputs: ["minus", "batch", "minus"], outputs: ["wanted"], attributes: [Attribute("axis", 0)]),
            Node("Equal", inputs: ["wanted", "minus"], outputs: ["kept"]),
            Node("Where", inputs: ["kept", "one", "wanted"], outputs: ["extents"]),
            Node("Expand", inputs: ["table", "extents"], outputs: ["a"]),
        ] + symbolic.graph.nodes
        symbolic.graph.inputs = [ValueInfo("x", .float32, Shape([.symbol("batch"), 7]))]
        var generator = SeededGenerator(seed: 4)
        symbolic.graph.initializers["table"] = generator.floats([3, 1, 4])
        for (name, value) in [("zero", 0), ("one", 1), ("minus", -1)] {
            symbolic.graph.initializers[name] = integers(value)
        }
        #expect(try after(ExpandEinsum(), symbolic).opTypes.contains("MatMul"))
    }
}

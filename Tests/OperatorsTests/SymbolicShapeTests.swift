import GraphIR
import Operators
import Testing

@Suite("Shapes with symbols")
struct SymbolicShapeTests {
    private let image = Facts(.float32, Shape([.symbol("N"), 3, 8, .symbol("W")]))

    private func shape(
        _ opType: String, _ inputs: [Facts?], _ attributes: [Attribute] = [], outputs: Int = 1, opset: Int = 18
    ) throws -> [String?] {
        let node = Node(opType, inputs: [], outputs: (0..<outputs).map { "y\($0)" }, attributes: attributes)
        let operation = try OperatorTable.make(node, opset: opset)
        return try operation.infer(Inputs(inputs)).prefix(outputs).map { $0.shape?.description }
    }

    private func constant(_ values: Int...) -> Facts { Facts(constant: integers(values)) }

    @Test("Reshape copies symbols with 0, and finds the one that -1 stands for")
    func reshape() throws {
        #expect(try shape("Reshape", [image, constant(0, -1)]) == ["[N, ?]"])
        #expect(try shape("Reshape", [image, constant(0, 24, -1)]) == ["[N, 24, W]"])
        #expect(try shape("Reshape", [image, constant(0, 0, 2, 4, -1)]) == ["[N, 3, 2, 4, W]"])
        let rows = Facts(.float32, Shape([.symbol("N"), 6]))
        #expect(try shape("Reshape", [rows, constant(-1, 2, 3)]) == ["[N, 2, 3]"])
        #expect(try shape("Reshape", [rows, Facts(.int64, extents: [3])]) == ["[?, ?, ?]"])
        #expect(try shape("Reshape", [Facts(.float32, nil), constant(0, -1, 4)]) == ["[?, ?, 4]"])
    }

    @Test("A shape known in part gives the extents that it knows, and -1 what they leave")
    func partialShape() throws {
        func partial(_ elements: Dimension...) -> Facts {
            var facts = Facts(.int64, extents: [elements.count])
            facts.elements = elements
            return facts
        }
        let tokens = Facts(.float32, Shape([.symbol("N"), .symbol("L"), 24]))
        #expect(try shape("Reshape", [tokens, partial(.symbol("N"), -1, 4, 6)]) == ["[N, L, 4, 6]"])
        #expect(try shape("Reshape", [tokens, partial(.symbol("N"), .symbol("L"), 4, -1)]) == ["[N, L, 4, 6]"])
        #expect(try shape("Reshape", [tokens, partial(.symbol("N"), -1, 8)]) == ["[N, ?, 8]"])
        #expect(try shape("Reshape", [tokens, partial(.unknown, -1, 24)]) == ["[?, ?, 24]"])
        #expect(try shape("Reshape", [tokens, partial(.symbol("M"), -1, 24)]) == ["[M, ?, 24]"])
        #expect(try shape("Expand", [tokens, partial(1, .unknown, 1)]) == ["[N, ?, 24]"])
        #expect(try shape("Expand", [Facts(.float32, Shape([1, 24])), partial(.symbol("N"), 1)]) == ["[N, 24]"])
        #expect(try shape("ConstantOfShape", [partial(.symbol("N"), 3)]) == ["[N, 3]"])
    }

    @Test("Operators keep the symbols of the axes they leave alone")
    func kept() throws {
        #expect(try shape("Transpose", [image], [Attribute("perm", [0, 2, 3, 1])]) == ["[N, 8, W, 3]"])
        #expect(try shape("Concat", [image, image], [Attribute("axis", 1)]) == ["[N, 6, 8, W]"])
        #expect(try shape("Concat", [image, image], [Attribute("axis", 0)]) == ["[?, 3, 8, W]"])
        #expect(try shape("Slice", [image, constant(1), constant(.max), constant(2)]) == ["[N, 3, 7, W]"])
        #expect(try shape("Slice", [image, constant(0), constant(.max), constant(3)]) == ["[N, 3, 8, W]"])
        #expect(try shape("Slice", [image, constant(0), constant(4), constant(3)]) == ["[N, 3, 8, ?]"])
        #expect(try shape("Pad", [image, constant(0, 0, 1, 0, 0, 0, 1, 0)]) == ["[N, 3, 10, W]"])
        #expect(try shape("Split", [image], [Attribute("axis", 2)], outputs: 2) == ["[N, 3, 4, W]", "[N, 3, 4, W]"])
        #expect(try shape("Gather", [image, Facts(.int64, .scalar)], [Attribute("axis", 1)]) == ["[N, 8, W]"])
        #expect(try shape("Unsqueeze", [image, constant(0, -1)]) == ["[1, N, 3, 8, W, 1]"])
        #expect(try shape("Squeeze", [Facts(.float32, Shape([1, .symbol("N")])), constant(0)]) == ["[N]"])
        #expect(try shape("Flatten", [Facts(.float32, Shape([.symbol("N"), 3, 4]))]) == ["[N, 12]"])
        #expect(try shape("Tile", [image, constant(1, 2, 1, 2)]) == ["[N, 6, 8, ?]"])
        #expect(try shape("Expand", [Facts(.float32, Shape([.symbol("N"), 1])), constant(1, 5)]) == ["[N, 5]"])
        #expect(try shape("QuantizeLinear", [image, Facts(.float32, .scalar), nil]) == ["[N, 3, 8, W]"])
    }

    @Test("Shape is a constant as soon as the extents it names are known")
    func shapeOfKnown() throws {
        let part = [Attribute("start", 1), Attribute("end", 3)]
        let node = Node("Shape", inputs: ["x"], outputs: ["y"], attributes: part)
        let facts = try OperatorTable.make(node, opset: 15).infer(Inputs([image]))
        #expect(facts[0].constant?.integers == [3, 8])
        #expect(try shape("Shape", [image]) == ["[4]"])
    }
}

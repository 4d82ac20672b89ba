import Foundation
import GraphIR
import Testing

@testable import ONNXFormat

/// Messages with every field of the format, and with fields that it does not have.
@Suite("Everything a file says survives")
struct WholeFormatTests {
    static let unknown = Wire.message([1: .text("from the future"), 2: .fixed64(7)])
    static let entry = Wire.message([1: .text("key"), 2: .text(""), 77: unknown])

    static func tensor(_ name: String?, _ type: Int64, _ data: KeyValuePairs<Int, Wire>) -> Wire {
        var bytes = Wire.encode([1: .int(2), 2: .int(type)])
        if let name { bytes += Wire.encode([8: .text(name)]) }
        return .bytes(bytes + Wire.encode(data) + Wire.encode([12: .text("doc"), 16: entry, 500: unknown]))
    }

    static let sparse = Wire.message([
        1: tensor("sparse", 1, [9: .bytes([0, 0, 128, 63, 0, 0, 0, 64])]),
        2: tensor(nil, 7, [7: .packed([0, 3])]), 3: .int(5),
    ])

    static let tensorType = Wire.message([
        1: .message([
            1: .int(1),
            2: .message([
                1: .message([1: .int(2), 3: .text("DATA_BATCH"), 60: unknown]), 1: .message([2: .text("n")]),
                1: .message([1: .int(-1)]), 1: .message([:]), 61: unknown,
            ]),
            62: unknown,
        ]),
        6: .text("IMAGE"), 63: unknown,
    ])

    static func attribute(_ name: String, _ kind: Int64?, _ value: KeyValuePairs<Int, Wire>) -> Wire {
        var bytes = Wire.encode([1: .text(name)]) + Wire.encode(value) + Wire.encode([13: .text("doc"), 400: unknown])
        if let kind { bytes += Wire.encode([20: .int(kind)]) }
        return .bytes(bytes)
    }

    static let body = Wire.message([
        1: .message([1: .text("x"), 2: .text("inner"), 4: .text("Identity")]), 2: .text("body"),
        12: .message([1: .text("inner")]),
    ])

    static let attributes: [Wire] = [
        attribute("f", 1, [2: .float(-0.0)]), attribute("i", 2, [3: .int(-7)]), attribute("s", 3, [4: .text("")]),
        attribute("t", 4, [5: tensor("named", 3, [9: .bytes([1, 2])])]), attribute("g", 5, [6: body]),
        attribute("floats", 6, [7: .float(1), 7: .float(.nan)]), attribute("ints", 7, [8: .int(1), 8: .int(2)]),
        attribute("strings", 8, [9: .text("a"), 9: .bytes([0xff, 0])]),
        attribute("tensors", 9, [10: tensor(nil, 2, [5: .packed([1, 255])])]),
        attribute("graphs", 10, [11: body, 11: body]), attribute("sparse", 11, [22: sparse]),
        attribute("sparses", 12, [23: sparse]), attribute("tp", 13, [14: tensorType]),
        attribute("tps", 14, [15: tensorType]), attribute("absent f", 1, [:]), attribute("absent i", 2, [:]),
        attribute("absent s", 3, [:]), attribute("no ints", 7, [:]), attribute("no kind", nil, [3: .int(4)]),
        attribute("no kind, floats", nil, [7: .float(4)]), attribute("no kind, nothing", nil, [:]),
        attribute("undefined", 0, [:]), attribute("reference", 2, [21: .text("outer")]),
    ]

    static let node = Wire.bytes(
        Wire.encode([
            1: .text("x"), 1: .text(""), 2: .text("y"), 2: .text(""), 3: .text(""), 4: .text("Op"), 6: .text("doc"),
            7: .text("custom"), 8: .text("overload"), 9: entry, 10: device, 300: unknown,
        ]) + attributes.flatMap { attribute -> [UInt8] in
            if case .bytes(let bytes) = attribute { Wire.delimited(5, bytes) } else { [] }
        })

    static let device = Wire.message([
        1: .text("two"),
        2: .message([
            1: .text("x"), 2: .packed([0, 1]), 3: .message([1: .int(0), 2: .packed([1, 2])]),
            4: .message([1: .int(0), 2: .message([1: .int(4), 3: .int(2)]), 2: .message([2: .text("n")])]),
        ]),
        3: .int(1),
    ])

    static let values: [Wire] = [
        .message([1: .text("v0"), 2: tensorType, 3: .text("doc"), 4: entry, 90: unknown]),
        .message([1: .text("v1")]), .message([1: .text("v2"), 2: .message([:])]),
        .message([1: .text("v3"), 2: .message([1: .message([:])])]),
        .message([1: .text("v4"), 2: .message([1: .message([1: .int(0), 2: .message([:])])])]),
        .message([1: .text("v5"), 2: .message([4: .message([1: tensorType]), 6: .text("sequence")])]),
        .message([1: .text("v6"), 2: .message([5: .message([1: .int(8), 2: tensorType])])]),
        .message([1: .text("v7"), 2: .message([7: .message([1: .text("domain"), 2: .text("name")])])]),
        .message([1: .text("v8"), 2: .message([8: .message([1: .int(1), 2: .message([:])])])]),
        .message([1: .text("v9"), 2: .message([9: .message([1: tensorType])])]),
        .message([1: .text("v10"), 2: .message([1: .message([1: .int(27), 2: .message([:])])])]),
    ]

    static let initializers: [Wire] = [
        tensor("raw", 1, [9: .bytes([UInt8](repeating: 3, count: 8))]), tensor("float", 1, [4: floats(2)]),
        tensor("complex64", 14, [4: floats(4)]), tensor("double", 11, [10: doubles(2)]),
        tensor("complex128", 15, [10: doubles(4)]), tensor("int32", 6, [5: .packed([-1, 1 << 30])]),
        tensor("int16", 5, [5: .packed([-32768, 32767])]), tensor("int8", 3, [5: .packed([-128, 127])]),
        tensor("uint8", 2, [5: .packed([0, 255])]), tensor("uint16", 4, [5: .packed([0, 65535])]),
        tensor("bool", 9, [5: .packed([0, 1])]), tensor("float16", 10, [5: .packed([0, 0xfc00])]),
        tensor("bfloat16", 16, [5: .packed([1, 0xff80])]), tensor("float8", 17, [5: .packed([1, 0x80])]),
        tensor("int4", 22, [5: .packed([0xf1])]), tensor("uint2", 25, [5: .packed([0b0111])]),
        tensor("float4", 23, [5: .packed([0x21])]), tensor("int64", 7, [7: .packed([.min, .max])]),
        tensor("uint32", 12, [11: .packed([0, 0xffff_ffff])]), tensor("uint64", 13, [11: .packed([0, -1])]),
        tensor("string", 8, [6: .text(""), 6: .bytes([0xff, 0])]),
        tensor("segment", 1, [9: .bytes([UInt8](repeating: 0, count: 8)), 3: .message([1: .int(0), 2: .int(2)])]),
        tensor("in place", 1, [9: .bytes([UInt8](repeating: 0, count: 8)), 14: .int(0)]),
        .message([1: .int(0), 2: .int(1), 8: .text("empty")]),
        .message([1: .int(0), 1: .int(3), 2: .int(1), 8: .text("empty raw"), 9: .bytes([])]),
        .message([2: .int(7), 8: .text("scalar"), 7: .packed([5])]),
        .message([
            1: .int(4), 1: .int(300), 2: .int(3), 8: .text("large"), 9: .bytes([UInt8](repeating: 200, count: 1200)),
        ]),
    ]

    static func floats(_ count: Int) -> Wire { .bytes([UInt8](repeating: 64, count: 4 * count)) }
    static func doubles(_ count: Int) -> Wire { .bytes([UInt8](repeating: 64, count: 8 * count)) }

    static func repeated(_ number: Int, _ values: [Wire]) -> [UInt8] {
        values.flatMap { Wire.encode([number: $0]) }
    }

    static let graph = Wire.bytes(
        Wire.encode([1: node, 2: .text("graph")]) + repeated(5, initializers)
            + Wire.encode([10: .text("doc"), 11: .message([1: .text("x"), 2: tensorType])])
            + Wire.encode([11: .message([1: .text("raw")]), 12: .message([1: .text("y")])]) + repeated(13, values)
            + Wire.encode([14: .message([1: .text("x"), 2: entry]), 15: sparse, 16: entry, 200: unknown]))

    static let function = Wire.message([
        1: .text("F"), 4: .text("a"), 5: .text("b"), 6: .text("must"), 11: attribute("may", 2, [3: .int(1)]),
        7: .message([
            1: .text("a"), 2: .text("b"), 4: .text("Op"), 5: attribute("x", 2, [21: .text("must")]),
        ]),
        8: .text("doc"), 9: .message([1: .text(""), 2: .int(13)]), 10: .text("custom"), 12: values[0], 13: .text("o"),
        14: entry, 100: unknown,
    ])

    static let training = Wire.message([1: graph, 2: graph, 3: entry, 4: entry])

    static let model = Wire.encode([
        1: .int(13), 2: .text("producer"), 3: .text(""), 4: .text("org.example"), 5: .int(3), 6: .text("doc"),
        7: graph, 8: .message([2: .int(21)]), 8: .message([1: .text("custom"), 2: .int(1), 50: unknown]),
        14: entry, 20: training, 25: function, 26: .message([1: .text("two"), 2: .int(2), 3: .text("gpu")]),
        1000: unknown, 1001: .fixed32(5), 1002: .int(-1),
    ])

    @Test("read and written without a change, the message is the same field by field")
    func roundTrip() throws {
        let expected = try canonical(Self.model)
        let written = try ONNXFile.serialize(try ONNXFile.parse(Self.model))
        #expect(written == expected)
        #expect(expected.count == Self.model.count, "protobuf-c itself drops or changes something")
        let folder = try TemporaryFolder()
        try Data(Self.model).write(to: URL(filePath: folder.file("original.onnx")))
        try Data(written).write(to: URL(filePath: folder.file("written.onnx")))
        try MessageJudge.expectSame(folder.file("original.onnx"), folder.file("written.onnx"))
    }

    @Test("unset and empty names stay apart")
    func presence() throws {
        let model = try ONNXFile.parse(Self.model)
        #expect(model.producerVersion == "")
        #expect(model.opsetImports.map(\.domain) == [nil, "custom"])
        #expect(model.graph.nodes[0].name == "")
        #expect(model.graph.nodes[0].inputs == ["x", ""])
        #expect(try ONNXFile.parse(Wire.encode([1: .int(7), 7: .message([:])])).graph.name == nil)
    }

    @Test("elements are the same whichever field they came from")
    func typedFields() throws {
        let initializers = try ONNXFile.parse(Self.model).graph.initializers
        #expect(initializers["int16"]?.integers == [-32768, 32767])
        #expect(initializers["uint8"]?.integers == [0, 255])
        #expect(initializers["uint32"]?.integers == [0, 0xffff_ffff])
        #expect(initializers["int64"]?.integers == [.min, .max])
        #expect(initializers["float16"]?.floats == [0, -.infinity])
        #expect(initializers["raw"]?.encoding == .raw)
        #expect(initializers["float"]?.encoding == .typedFields)
        #expect(initializers["string"]?.strings == [[], [0xff, 0]])
        #expect(initializers["large"]?.bytes.withUnsafeBytes { $0.allSatisfy { $0 == 200 } } == true)
    }

    @Test("types that are no tensors, and extents that are none, are kept")
    func types() throws {
        let graph = try ONNXFile.parse(Self.model).graph
        #expect(graph.inputs[0].shape == {
            var shape = Shape([2, .symbol("n"), .unknown, .unknown])
            shape.denotations = [0: "DATA_BATCH"]
            return shape
        }())
        guard case .other? = graph.valueInfo[5].type, case .other? = graph.valueInfo[2].type else {
            Issue.record("a sequence, or a type that says nothing, was taken for a tensor")
            return
        }
        #expect(graph.valueInfo[1].type == nil)
        #expect(graph.valueInfo[3].type == .tensor(nil, nil))
        #expect(graph.valueInfo[4].type == .tensor(nil, .scalar))
        #expect(graph.sparseInitializerNames == ["sparse"])
    }

    @Test("a changed type replaces what the file said")
    func changedType() throws {
        var model = try ONNXFile.parse(Self.model)
        model.graph.inputs[0].type = .tensor(.int8, Shape([9]))
        model.graph.valueInfo[0].type = .tensor(.float32, nil)
        let again = try ONNXFile.parse(try ONNXFile.serialize(model)).graph
        #expect(again.inputs[0].type == .tensor(.int8, Shape([9])))
        #expect(again.valueInfo[0].type == .tensor(.float32, nil))
    }
}

import Foundation
import GraphIR
import Testing

@testable import ONNXFormat

@Suite("A broken file gets a clear error")
struct BrokenFileTests {
    private func fault(_ bytes: [UInt8]) -> FormatFault? {
        do {
            _ = try ONNXFile.parse(bytes)
            return nil
        } catch { return (error as? FileFault)?.fault }
    }

    private func fault(graph: KeyValuePairs<Int, Wire>) -> FormatFault? {
        fault(Wire.encode([1: .int(8), 7: .message(graph)]))
    }

    private func fault(tensor: KeyValuePairs<Int, Wire>) -> FormatFault? { fault(graph: [5: .message(tensor)]) }

    private func fault(attribute: KeyValuePairs<Int, Wire>) -> FormatFault? {
        fault(graph: [1: .message([4: .text("Op"), 5: .message(attribute)])])
    }

    @Test("where there is no file, or no regular one")
    func files() throws {
        let folder = try TemporaryFolder()
        let expectations: [(String, FormatFault)] = [
            (folder.file("none.onnx"), .system(.open, code: ENOENT)), (folder.path, .notRegularFile(.open)),
            ("/dev/zero", .notRegularFile(.open)),
        ]
        for (path, fault) in expectations {
            #expect(throws: FileFault(path: path, fault: fault)) { try ONNXFile.read(path) }
        }
        try Data().write(to: URL(filePath: folder.file("empty.onnx")))
        #expect(throws: FileFault(path: folder.file("empty.onnx"), fault: .emptyFile)) {
            try ONNXFile.read(folder.file("empty.onnx"))
        }
    }

    @Test("where it is something else")
    func somethingElse() {
        #expect(fault(Array("PK\u{3}\u{4} an archive of something".utf8)) != nil)
        #expect(fault(Wire.encode([1: .int(8)])) == .noGraph)
        #expect(fault(Wire.encode([7: .message([:])])) == .missingField("ModelProto.ir_version"))
        #expect(fault([0x0b]) == .malformed(.badField, offset: 0))
        #expect(fault([0x00]) == .malformed(.badField, offset: 0))
        #expect(fault([UInt8](repeating: 0xff, count: 20)) == .malformed(.badField, offset: 0))
        #expect(fault(Wire.encode([7: .int(1)])) == .malformed(.badContents, offset: nil))
    }

    @Test("wherever it is cut off")
    func truncated() {
        let whole = WholeFormatTests.model
        for count in stride(from: 0, to: whole.count, by: 37) { _ = fault(Array(whole[..<count])) }
        let cut = Array(whole[..<(whole.count / 2)])
        guard case .malformed(.truncated, _)? = fault(cut) else {
            Issue.record("half a model was read")
            return
        }
    }

    @Test("where messages lie in messages without end")
    func nesting() {
        var graph = Wire.message([:])
        var type = Wire.message([:])
        for _ in 0..<2000 { type = .bytes(Wire.encode([4: .message([1: type])])) }
        for _ in 0..<60 { graph = .message([1: .message([4: .text("If"), 5: .message([1: .text("b"), 6: graph])])]) }
        #expect(isTooDeep(fault(Wire.encode([1: .int(8), 7: graph]))))
        let input = Wire.message([1: .text("x"), 2: type])
        #expect(isTooDeep(fault(Wire.encode([1: .int(8), 7: .message([11: input])]))))
    }

    @Test("but not where they lie as deep as the format's own libraries read")
    func deepest() throws {
        var graph = Wire.message([:])
        for _ in 0..<32 {
            let branch = Wire.message([1: .text("then_branch"), 6: graph, 20: .int(5)])
            graph = .message([1: .message([4: .text("If"), 5: branch])])
        }
        var model = try ONNXFile.parse(Wire.encode([1: .int(8), 7: graph]))
        var depth = 0
        while let inner = model.graph.nodes.first?.subgraphs.first {
            model.graph = inner
            depth += 1
        }
        #expect(depth == 32)
    }

    private func isTooDeep(_ fault: FormatFault?) -> Bool {
        if case .malformed(.tooDeep, _)? = fault { true } else { false }
    }

    @Test("where a tensor's extents are no extents")
    func extents() {
        let extents: [[Int64]] = [[-1], [.min], [.max, 2], [1 << 40, 1 << 40], [1 << 40, 1 << 40, 0], [0, .max, .max]]
        for extents in extents {
            let expected = FormatFault.extents(extents.map(Int.init))
            #expect(fault(tensor: [1: .packed(extents), 2: .int(1), 8: .text("w"), 9: .bytes([])]) == expected)
        }
    }

    @Test("where a tensor's data does not fit it")
    func tensors() {
        let cases: [(KeyValuePairs<Int, Wire>, FormatFault)] = [
            ([1: .int(2), 8: .text("w")], .missingField("TensorProto.data_type")),
            ([2: .int(99), 8: .text("w")], .unknownElementType(99)),
            ([2: .int(0), 8: .text("w")], .unknownElementType(0)),
            ([2: .int(1), 9: .bytes([0, 0, 0, 0])], .unnamedInitializer),
            ([2: .int(1), 8: .text("w")], .dataSize(expected: 1, got: 0, typed: true)),
            ([2: .int(1), 8: .text("w"), 9: .bytes([0, 0, 0])], .dataSize(expected: 4, got: 3, typed: false)),
            ([1: .int(3), 2: .int(22), 8: .text("w"), 9: .bytes([0])], .dataSize(expected: 2, got: 1, typed: false)),
            ([2: .int(3), 8: .text("w"), 5: .packed([128])], .valueOutOfRange(.int8)),
            ([2: .int(10), 8: .text("w"), 5: .packed([-1])], .valueOutOfRange(.float16)),
            ([2: .int(12), 8: .text("w"), 11: .packed([1 << 32])], .valueOutOfRange(.uint32)),
            ([2: .int(8), 8: .text("w"), 9: .bytes([65])], .misplacedStrings),
        ]
        for (tensor, expected) in cases { #expect(fault(tensor: tensor) == expected) }
    }

    @Test("where names are missing, doubled or no text")
    func names() {
        let tensor = Wire.message([1: .int(0), 2: .int(1), 8: .text("w")])
        #expect(fault(graph: [5: tensor, 5: tensor]) == .duplicateInitializer("w"))
        #expect(fault(graph: [1: .message([:])]) == .missingField("NodeProto.op_type"))
        #expect(fault(graph: [2: .bytes([0xff])]) == .notText(field: "GraphProto.name"))
        guard case .malformed(.nulInText, _)? = fault(graph: [10: .text("a\0b")]) else {
            Issue.record("a text that protobuf-c would cut short was read")
            return
        }
    }

    @Test("where an attribute is no attribute")
    func attributes() {
        #expect(fault(attribute: [1: .text("a"), 20: .int(4)]) == .missingField("AttributeProto.t"))
        #expect(fault(attribute: [1: .text("a"), 20: .int(5)]) == .missingField("AttributeProto.g"))
        #expect(fault(attribute: [1: .text("a"), 20: .int(50)]) == .unknownAttributeType(50))
        #expect(fault(attribute: [20: .int(1)]) == .missingField("AttributeProto.name"))
        #expect(fault(attribute: [1: .text("a"), 3: .int(1), 6: .message([:]), 20: .int(2)]) == .severalValues)
    }

    @Test("where values are missing or wait for each other, in functions too")
    func graphs() {
        func node(_ input: String, _ output: String) -> Wire {
            .message([1: .text(input), 2: .text(output), 4: .text("Op")])
        }
        let cycle: KeyValuePairs<Int, Wire> = [1: node("a", "b"), 1: node("b", "a")]
        #expect(throws: GraphFault.cycle(["Op -> 'b'", "Op -> 'a'"])) {
            try ONNXFile.parse(Wire.encode([1: .int(8), 7: .message(cycle)]))
        }
        #expect(throws: GraphFault.missingValue("none", reader: "Op -> 'b'")) {
            try ONNXFile.parse(Wire.encode([1: .int(8), 7: .message([1: node("none", "b")])]))
        }
        let function = Wire.message([1: .text("F"), 7: node("none", "b")])
        #expect(throws: GraphFault.missingValue("none", reader: "Op -> 'b'")) {
            try ONNXFile.parse(Wire.encode([1: .int(8), 7: .message([:]), 25: function]))
        }
    }
}

import GraphIR
import Testing

@Suite("Tensors, shapes and versions")
struct TensorTests {
    @Test("elements come back as they went in, and only as their own type")
    func elements() {
        let tensor = Tensor([Int16(-1), 2, .max], [3])
        #expect(tensor.elements(as: Int16.self) == [-1, 2, .max])
        #expect(tensor.elements(as: UInt16.self) == nil)
        #expect(tensor.integers == [-1, 2, 32767])
        #expect(tensor.floats == nil)
        #expect(Tensor([true, false], [2]).integers == [1, 0])
        #expect(Tensor([UInt64.max], []).integers == [.max])
        #expect(Tensor(.int4, [3], bytes: ArrayBytes([0x8f, 0x07])).integers == [-1, -8, 7])
        #expect(Tensor(.uint4, [3], bytes: ArrayBytes([0x8f, 0x07])).integers == [15, 8, 7])
    }

    @Test(
        "integers become tensors of every type that holds some, each the nearest there is",
        arguments: [
            (ElementType.uint8, [0, 3, 255]), (.int8, [-128, 3, 127]), (.int4, [-8, 3, 7]), (.uint16, [0, 3, 65535]),
            (.int16, [-32768, 3, 32767]), (.uint32, [0, 3, 1 << 32 - 1]), (.int32, [-1 << 31, 3, 1 << 31 - 1]),
            (.int64, [.min, 3, .max]), (.uint64, [0, 3, .max]), (.bool, [1, 1, 1]),
        ])
    func fromIntegers(type: ElementType, expected: [Int]) {
        let tensor = Tensor(integers: [.min, 3, .max], [3], of: type)
        #expect(tensor.elementType == type && tensor.integers == expected)
    }

    @Test("bytes that begin at an odd address are read")
    func unaligned() {
        let padded = [UInt8(0)] + [Float(1), -2].withUnsafeBytes { Array($0) }
        let tensor = Tensor(.float32, [2], bytes: Odd(padded))
        #expect(tensor.elements(as: Float.self) == [1, -2])
    }

    /// All bytes but the first.
    private final class Odd: TensorBytes {
        let bytes: [UInt8]
        init(_ bytes: [UInt8]) { self.bytes = bytes }
        var count: Int { bytes.count - 1 }
        func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
            try bytes.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0.dropFirst())) }
        }
    }

    @Test("every half is the float of its value")
    func halves() {
        for bits in UInt16.min ... .max {
            let float = Float(halfBits: bits)
            #if !(os(macOS) && arch(x86_64))
            let half = Float16(bitPattern: bits)
            #expect(half.isNaN ? float.isNaN : Float(half).bitPattern == float.bitPattern)
            #endif
        }
    }

    @Test("sub-byte elements are packed")
    func packing() {
        #expect(ElementType.int4.byteCount(3) == 2)
        #expect(ElementType.uint2.byteCount(5) == 2)
        #expect(ElementType.float32.byteCount(3) == 12)
        #expect(ElementType.string.byteCount(3) == 0)
        #expect(ElementType.allCases.map(\.rawValue) == Array(1...26))
    }

    @Test("a shape counts its elements where it can")
    func shapes() {
        #expect(Shape([2, 3]).elementCount == 6)
        #expect(Shape.scalar.elementCount == 1)
        #expect(Shape([2, .symbol("n")]).elementCount == nil)
        #expect(Shape([.max, 3]).elementCount == nil)
        #expect("\(Shape([2, .symbol("n"), .unknown]))" == "[2, n, ?]")
    }

    @Test("ONNX's own domain has two spellings and one version")
    func opsets() {
        var model = Model(opsetImports: [OpsetImport("ai.onnx", 11), OpsetImport("custom", 2)], graph: Graph())
        #expect(model.opset == 11 && model.opset(nil) == 11 && model.opset("custom") == 2 && model.opset("x") == nil)
        model.setOpset(13)
        #expect(model.opsetImports.map(\.version) == [13, 2])
        model.setOpset(1, domain: "x")
        #expect(model.opset("x") == 1)
        #expect(Model(opsetImports: [], graph: Graph()).opset == 1)
    }

    @Test("attributes are found by name and replaced")
    func attributes() {
        var node = Node("Op", inputs: [], outputs: [], attributes: [Attribute("axis", 1), Attribute("axes", [0, -1])])
        #expect(node.int("axis") == 1 && node.ints("axes") == [0, -1] && node.float("axis") == nil)
        node.set(Attribute("axis", 2))
        node.set(Attribute("mode", "linear"))
        #expect(node.int("axis") == 2 && node.string("mode") == "linear" && node.attributes.count == 3)
        #expect(node.label == "Op -> ''")
    }
}

import GraphIR
import Testing

@testable import OnnxQuant

@Suite("Made-up inputs")
struct RandomInputsTests {
    @Test("The same seed makes the same values, another seed others")
    func seed() throws {
        let input = [ValueInfo("x", .float32, Shape([.symbol("batch"), 100]))]
        func values(_ seed: UInt64) throws -> [Float]? {
            var random = RandomInputs(seed: seed)
            return try random.make(input, extents: [:])["x"]?.floats
        }
        #expect(try values(1) == values(1))
        #expect(try values(1) != values(2))
        #expect(try values(1)?.allSatisfy { (0..<1).contains($0) } == true)
    }

    @Test("Every numeric type is made, with values that are valid as indices and masks")
    func types() throws {
        let types: [ElementType] = [
            .float32, .float64, .float16, .bfloat16, .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64,
            .bool,
        ]
        var random = RandomInputs(seed: 1)
        for type in types {
            let made = try random.make([ValueInfo("x", type, Shape([3, 4]))], extents: [:])["x"]
            let tensor = try #require(made)
            #expect(tensor.elementType == type && tensor.extents == [3, 4])
            #expect(tensor.bytes.count == type.byteCount(12))
            if type.bits > 8, let integers = tensor.integers { #expect(integers.allSatisfy { $0 == 0 || $0 == 1 }) }
        }
    }

    @Test("A symbol that one input's shape settles is settled for all, and 1 where none does")
    func symbols() throws {
        let inputs = [
            ValueInfo("ids", .int64, Shape([.symbol("batch"), .symbol("length")])),
            ValueInfo("mask", .int64, Shape([.symbol("batch"), 1, .symbol("length"), .symbol("heads"), .known(-1)])),
        ]
        var random = RandomInputs(seed: 1)
        #expect(try random.make(inputs, extents: ["ids": [2, 7]])["mask"]?.extents == [2, 1, 7, 1, 1])
    }

    @Test("What cannot be made up is refused")
    func refusals() {
        var random = RandomInputs(seed: 1)
        #expect(throws: RandomInputFault.unknownShape(input: "x")) {
            try random.make([ValueInfo("x", .float32, nil)], extents: [:])
        }
        #expect(throws: RandomInputFault.elementType(input: "x", .string)) {
            try random.make([ValueInfo("x", .string, Shape([1]))], extents: [:])
        }
        #expect(throws: RandomInputFault.tooLarge(input: "x", extents: [1 << 40, 1 << 40])) {
            try random.make([ValueInfo("x", .float32, nil)], extents: ["x": [1 << 40, 1 << 40]])
        }
    }
}

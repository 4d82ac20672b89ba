import GraphIR
import Operators
import Testing

@Suite("Casts")
struct CastTests {
    private func cast(_ tensor: Tensor, to type: ElementType, saturate: Bool = true) throws -> Tensor {
        let attributes = [Attribute("to", Int(type.rawValue)), Attribute("saturate", saturate ? 1 : 0)]
        return try output(of: "Cast", tensor, attributes: attributes, opset: 24)
    }

    /// float32 bit patterns of every exponent, on both sides of every rounding boundary of the narrower types.
    private static let patterns: [Float] = (0..<(1 << 16)).flatMap { high -> [Float] in
        [0, 1, 0x0fff, 0x1000, 0x1001, 0x7fff, 0x8000, 0x8001, 0xffff].map {
            Float(bitPattern: UInt32(high) << 16 | $0)
        }
    }

    @Test("float16 widens exactly, and narrows to the nearest, half to even")
    func halves() throws {
        let all = Tensor((0...UInt16.max).map { $0 }, [1 << 16])
        let halves = Tensor(.float16, [1 << 16], bytes: all.bytes)
        let wide = try #require(try cast(halves, to: .float32).elements(as: Float.self))
        for (bits, value) in wide.enumerated() {
            let expected = Float(Float16(bitPattern: UInt16(bits)))
            #expect(value == expected || value.isNaN && expected.isNaN)
        }
        let x = Self.patterns
        let narrow = try cast(Tensor(x, [x.count]), to: .float16)
        let bits = try #require(Tensor(.uint16, [x.count], bytes: narrow.bytes).elements(as: UInt16.self))
        let wrong = zip(x, bits).filter { value, bits in
            value.isNaN ? !Float16(bitPattern: bits).isNaN : Float16(value).bitPattern != bits
        }
        #expect(wrong.isEmpty)
    }

    @Test("bfloat16 is float32 cut to its upper half, half to even")
    func bfloats() throws {
        let x = Self.patterns
        let narrow = try cast(Tensor(x, [x.count]), to: .bfloat16)
        let bits = try #require(Tensor(.uint16, [x.count], bytes: narrow.bytes).elements(as: UInt16.self))
        let wrong = zip(x, bits).filter { value, bits in
            if value.isNaN { return !Float(bitPattern: UInt32(bits) << 16).isNaN }
            let low = Float(bitPattern: value.bitPattern & 0xffff_0000)
            let high = Float(bitPattern: (value.bitPattern & 0xffff_0000) &+ 0x1_0000)
            let rest = value.bitPattern & 0xffff
            let up = rest > 0x8000 || rest == 0x8000 && low.bitPattern & 0x1_0000 != 0
            return Float(bitPattern: UInt32(bits) << 16).bitPattern != (up ? high : low).bitPattern
        }
        #expect(wrong.isEmpty)
    }

    @Test("Small floats survive the way to float32 and back", arguments: [
        ElementType.float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0,
    ])
    func smallFloats(_ type: ElementType) throws {
        let codes = Tensor(type, [256], bytes: ArrayBytes(Array(0...255)))
        let wide = try #require(try cast(codes, to: .float32).floats)
        let back = try cast(Tensor(wide, [256]), to: type, saturate: false).allBytes
        for (code, value) in wide.enumerated() where !value.isNaN { #expect(back[code] == UInt8(code)) }
        #expect(wide.contains { $0.isNaN })
        let largest = wide.filter { $0.isFinite }.max()
        #expect(try cast(cast(Tensor(scalar: Float.infinity), to: type), to: .float32).floats?.first == largest)
    }

    @Test("Integers that do not fit lose their high bits; floats lose their fraction")
    func integers() throws {
        let wide = Tensor([Int32(200), -1, 65_537, .min], [4])
        #expect(try cast(wide, to: .int8).elements(as: Int8.self) == [-56, -1, 1, 0])
        #expect(try cast(wide, to: .uint16).elements(as: UInt16.self) == [200, 65_535, 1, 0])
        #expect(try cast(wide, to: .bool).elements(as: Bool.self) == [true, true, true, true])
        let floats = Tensor([Float(2.9), -2.9, 0, -0.0, .nan], [5])
        #expect(try cast(floats, to: .int32).elements(as: Int32.self) == [2, -2, 0, 0, .min])
        #expect(try cast(floats, to: .bool).elements(as: Bool.self) == [true, true, false, false, true])
        #expect(try cast(Tensor([Double(1e300)], [1]), to: .float32).floats == [.infinity])
        let unsigned = Tensor([UInt64.max, 1 << 63], [2])
        #expect(try cast(unsigned, to: .float64).elements(as: Double.self) == [0x1p64, 0x1p63])
        let doubles = Tensor([0x1p63, 1e30], [2])
        #expect(try cast(doubles, to: .uint64).elements(as: UInt64.self) == [1 << 63, .max])
    }

    @Test("Strings and complex numbers are refused")
    func refused() {
        #expect(throws: OperatorFault.self) { try cast(Tensor(strings: [[49]], [1]), to: .float32) }
        #expect(throws: OperatorFault.self) { try cast(counted(.complex64, [2]), to: .float32) }
    }
}

import Foundation
import GraphIR
import Operators
import Testing

@Suite("QuantizeLinear and DequantizeLinear")
struct QuantizeLinearTests {
    /// How the grids of a tensor lie.
    enum Layout: CaseIterable {
        case tensor, firstAxis, middleAxis, lastAxis, blocksInside, blocksAtEnd
    }

    static let types: [ElementType] = [.uint8, .int8, .uint16, .int16, .uint4, .int4, .uint2, .int2]
    private static let extents = [3, 35, 33]
    private static let count = extents.reduce(1, *)

    /// The extents of the scale, and the grid of each element.
    private static func grids(_ layout: Layout) -> (extents: [Int], axis: Int, block: Int, index: (Int) -> Int) {
        let (rows, columns) = (extents[1], extents[2])
        return switch layout {
        case .tensor: ([], 1, 0, { _ in 0 })
        case .firstAxis: ([3], 0, 0, { $0 / (rows * columns) })
        case .middleAxis: ([rows], -2, 0, { $0 / columns % rows })
        case .lastAxis: ([columns], 2, 0, { $0 % columns })
        case .blocksInside:
            ([3, 5, columns], 1, 8, { i in
                (i / (rows * columns) * 5 + i / columns % rows / 8) * columns + i % columns
            })
        case .blocksAtEnd: ([3, rows, 5], -1, 7, { $0 / columns * 5 + $0 % columns / 7 })
        }
    }

    /// Scales, zero points in the type's range, and numbers around and far outside of the range; a tie now and then.
    private struct Sample {
        var scales: [Float]
        var zeroPoints: [Int]
        var x: [Float]

        init(_ type: ElementType, _ layout: Layout, seed: UInt64) {
            var random = SeededGenerator(seed: seed)
            let (extents, _, _, index) = grids(layout)
            let range = type.integerRange ?? 0...0
            scales = (0..<extents.reduce(1, *)).map { _ in Float.random(in: 0.001...2, using: &random) }
            zeroPoints = scales.map { _ in Int.random(in: range, using: &random) }
            let reach = Float(range.count)
            x = []
            for i in 0..<QuantizeLinearTests.count {
                let steps = Float.random(in: -1.5 * reach...1.5 * reach, using: &random)
                let isTie = Int.random(in: 0..<4, using: &random) == 0
                x.append((isTie ? steps.rounded() + 0.5 : steps) * scales[index(i)])
            }
            x.replaceSubrange(5..<9, with: [.infinity, -.infinity, .nan, -.greatestFiniteMagnitude])
        }
    }

    /// Elements of a packed or plain integer type, low bits first.
    private static func tensor(_ values: [Int], _ type: ElementType, _ extents: [Int]) -> Tensor {
        var bytes = Array(repeating: UInt8(0), count: type.byteCount(values.count))
        for (position, value) in values.enumerated() {
            if type.bits == 16 {
                bytes[2 * position] = UInt8(truncatingIfNeeded: value)
                bytes[2 * position + 1] = UInt8(truncatingIfNeeded: value >> 8)
            } else {
                let mask = (1 << type.bits) - 1
                let bit = position * type.bits
                bytes[bit / 8] |= UInt8((value & mask) << (bit % 8))
            }
        }
        return Tensor(type, extents, bytes: ArrayBytes(bytes))
    }

    private static func expected(_ x: Float, _ scale: Float, _ zeroPoint: Int, _ range: ClosedRange<Int>) -> Int {
        let steps = (x / scale).rounded(.toNearestOrEven)
        if steps.isNaN { return range.lowerBound }
        let q = Double(steps) + Double(zeroPoint)
        return Int(min(max(q, Double(range.lowerBound)), Double(range.upperBound)))
    }

    private static func attributes(_ layout: Layout) -> [Attribute] {
        let (_, axis, block, _) = grids(layout)
        return [Attribute("axis", axis)] + (block > 0 ? [Attribute("block_size", block)] : [])
    }

    @Test("Quantizing rounds half to even on each element's own grid", arguments: types, Layout.allCases)
    func quantize(_ type: ElementType, _ layout: Layout) throws {
        let (gridExtents, _, _, index) = Self.grids(layout)
        let range = try #require(type.integerRange)
        let sample = Sample(type, layout, seed: 11)
        let result = try output(
            of: "QuantizeLinear", Tensor(sample.x, Self.extents), Tensor(sample.scales, gridExtents),
            Self.tensor(sample.zeroPoints, type, gridExtents), attributes: Self.attributes(layout), opset: 25)
        let q = sample.x.indices.map {
            Self.expected(sample.x[$0], sample.scales[index($0)], sample.zeroPoints[index($0)], range)
        }
        expectSame(result, Self.tensor(q, type, Self.extents), "seed 11")
    }

    @Test("Dequantizing is (q - zero point) * scale in float32", arguments: types, Layout.allCases)
    func dequantize(_ type: ElementType, _ layout: Layout) throws {
        let (gridExtents, _, _, index) = Self.grids(layout)
        let range = try #require(type.integerRange)
        let sample = Sample(type, layout, seed: 12)
        var random = SeededGenerator(seed: 13)
        let q = (0..<Self.count).map { _ in Int.random(in: range, using: &random) }
        let result = try output(
            of: "DequantizeLinear", Self.tensor(q, type, Self.extents), Tensor(sample.scales, gridExtents),
            Self.tensor(sample.zeroPoints, type, gridExtents), attributes: Self.attributes(layout), opset: 25)
        let expected = q.indices.map { Float(q[$0] - sample.zeroPoints[index($0)]) * sample.scales[index($0)] }
        expectSame(result, Tensor(expected, Self.extents), "seeds 12, 13")
    }

    @Test("Every opset from 10 on quantizes a tensor alike", arguments: [10, 13, 19, 21, 23, 24, 25])
    func opsets(_ opset: Int) throws {
        let x = Tensor([Float(-3), -0.5, 0, 0.25, 0.75, 1.25, 90, 200], [8])
        let scale = Tensor(scalar: Float(0.5))
        let q = try output(of: "QuantizeLinear", x, scale, Tensor(scalar: UInt8(3)), opset: opset)
        #expect(q.elements(as: UInt8.self) == [0, 2, 3, 3, 5, 5, 183, 255])
        let back = try output(of: "DequantizeLinear", q, scale, Tensor(scalar: UInt8(3)), opset: opset)
        #expect(back.floats == [-1.5, -0.5, 0, 0, 1, 1, 90, 126])
        let plain = try output(of: "QuantizeLinear", x, scale, opset: opset)
        #expect(plain.elements(as: UInt8.self) == [0, 0, 0, 0, 2, 2, 180, 255])
    }

    @Test("The output type is the zero point's, or else output_dtype, or else uint8")
    func outputType() throws {
        let x = Tensor([Float(-200), 1], [2])
        let scale = Tensor(scalar: Float(1))
        let named = [Attribute("output_dtype", Int(ElementType.int8.rawValue))]
        #expect(try output(of: "QuantizeLinear", x, scale, attributes: named).elements(as: Int8.self) == [-128, 1])
        #expect(try output(of: "QuantizeLinear", x, scale).elementType == .uint8)
        #expect(throws: OperatorFault.self) {
            try output(of: "QuantizeLinear", x, scale, Tensor(scalar: UInt8(0)), attributes: named)
        }
    }

    @Test("A bias of int32 is dequantized without losing its low bits on the way")
    func bias() throws {
        let q = Tensor([Int32.max, .min, 16_777_217, -5], [4])
        let scales = Tensor([Float(1), 1, 0.5, 2], [4])
        let x = try output(of: "DequantizeLinear", q, scales, attributes: [Attribute("axis", 0)])
        #expect(x.floats == [2_147_483_648, -2_147_483_648, 8_388_608, -10])
        let least = Tensor(scalar: Int32.min)
        let one = try output(of: "DequantizeLinear", least, Tensor(scalar: Float(1)), Tensor(scalar: Int32(1)))
        #expect(one.floats == [-2_147_483_648])
    }

    @Test("Half precision is quantized from and dequantized to")
    func halves() throws {
        let x = try output(of: "Cast", Tensor([Float(1), -2.5, 1000], [3]), attributes: [Attribute("to", 10)])
        let scale = try output(of: "Cast", Tensor(scalar: Float(0.5)), attributes: [Attribute("to", 10)])
        let q = try output(of: "QuantizeLinear", x, scale, Tensor(scalar: Int8(1)))
        #expect(q.elements(as: Int8.self) == [3, -4, 127])
        let back = try output(of: "DequantizeLinear", q, scale, Tensor(scalar: Int8(1)))
        #expect(back.elementType == .float16)
        #expect(back.floats == [1, -2.5, 63])
    }

    @Test("DynamicQuantizeLinear chooses the grid of the range with zero")
    func dynamic() throws {
        let x = Tensor([Float(0), 2, -3, -2.5, 1.34, 0.5], [6])
        let results = try outputs(of: "DynamicQuantizeLinear", [x], count: 3)
        #expect(results[0].elements(as: UInt8.self) == [153, 255, 0, 26, 221, 179])
        #expect(results[1].floats == [Float(5) / 255])
        #expect(results[2].elements(as: UInt8.self) == [153])
        let nothing = Tensor([Float](repeating: 0, count: 100), [100])
        let zeros = try outputs(of: "DynamicQuantizeLinear", [nothing], count: 3)
        #expect(zeros[0].elements(as: UInt8.self) == [UInt8](repeating: 0, count: 100))
        #expect(zeros[1].floats == [1])
    }
}

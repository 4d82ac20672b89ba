import Foundation
import GraphIR
import Operators
import Testing

@Suite("Normalizations")
struct NormalizationTests {
    private static func values(_ count: Int, seed: UInt64, around center: Float = 0) -> [Float] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in center + Float.random(in: -3...3, using: &random) }
    }

    @Test("Softmax is e^x over its sum, on every axis", arguments: [0, 1, 2])
    func softmax(_ axis: Int) throws {
        let extents = [3, 37, 5], strides = [185, 5, 1], values = Self.values(555, seed: 1)
        let got = try output(of: "Softmax", Tensor(values, extents), attributes: [Attribute("axis", axis)])
        let logarithms = try output(of: "LogSoftmax", Tensor(values, extents), attributes: [Attribute("axis", axis)])
        let pairs = zip(try #require(got.floats), try #require(logarithms.floats))
        for (position, (result, logarithm)) in pairs.enumerated() {
            let first = position - position / strides[axis] % extents[axis] * strides[axis]
            let sum = (0..<extents[axis]).reduce(0.0) { $0 + exp(Double(values[first + $1 * strides[axis]])) }
            let wanted = exp(Double(values[position])) / sum
            #expect(abs(Double(result) - wanted) <= 4e-7 * wanted, "\(position)")
            #expect(abs(Double(logarithm) - log(wanted)) <= 1e-6, "\(position)")
        }
    }

    @Test("Softmax of rows of every length sums to one and counts each element once")
    func softmaxLengths() throws {
        let rows = 67
        for length in 1...70 {
            let values = Self.values(rows * length, seed: UInt64(length))
            let got = try #require(try output(of: "Softmax", Tensor(values, [rows, length])).floats)
            for row in stride(from: 0, to: got.count, by: length) {
                let exponentials = values[row..<row + length].map { exp(Double($0)) }, sum = exponentials.reduce(0, +)
                #expect(zip(got[row...], exponentials).allSatisfy { abs(Double($0) - $1 / sum) <= 4e-7 * $1 / sum })
            }
        }
    }

    @Test("Before opset 13 Softmax takes all axes from one on as one")
    func flattened() throws {
        let x = Tensor(Self.values(24, seed: 2), [2, 3, 4])
        let flat = Tensor(Self.values(24, seed: 2), [2, 12])
        for name in ["Softmax", "LogSoftmax", "Hardmax"] {
            let old = try output(of: name, x, opset: 11)
            #expect(old.floats == (try output(of: name, flat, opset: 13)).floats, "\(name)")
            #expect(old.extents == [2, 3, 4])
            let last = try output(of: name, x, attributes: [Attribute("axis", 2)], opset: 11)
            #expect(last.floats == (try output(of: name, x, opset: 13)).floats, "\(name)")
        }
    }

    @Test("Large and masked scores leave Softmax finite")
    func masked() throws {
        let x = Tensor([Float(1e30), -.infinity, 1e30, -1e30], [4])
        #expect(try output(of: "Softmax", x).floats == [0.5, 0, 0.5, 0])
        let half = Tensor(.float16, [2], bytes: Tensor([UInt16(0x7bff), 0x7bff], [2]).bytes)
        #expect(try output(of: "Softmax", half).floats == [0.5, 0.5])
    }

    @Test(
        "LayerNormalization keeps its accuracy far from zero, whatever a row begins with, and gives mean and factor",
        arguments: [0, 3_000_000])
    func layer(outlier: Float) throws {
        var values = Self.values(384, seed: 3, around: 10_000)
        values[0] += outlier
        let scale = Self.values(384, seed: 4), bias = Self.values(384, seed: 5)
        let inputs = [Tensor(values, [1, 384]), Tensor(scale, [384]), Tensor(bias, [384])]
        let got = try outputs(of: "LayerNormalization", inputs, count: 3)
        let mean = values.map(Double.init).reduce(0, +) / 384
        let variance = values.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 384
        let factor = 1 / (variance + Double(Float(1e-5))).squareRoot()
        for (index, y) in try #require(got[0].floats).enumerated() {
            let wanted = (Double(values[index]) - mean) * factor * Double(scale[index]) + Double(bias[index])
            #expect(abs(Double(y) - wanted) < 1e-6 * max(1, abs(wanted)))
        }
        #expect(got[1].floats == [Float(mean)])
        #expect(abs(Double(try #require(got[2].floats)[0]) - factor) < 1e-7)
        #expect(got[1].extents == [1, 1])
    }

    @Test("A scale that is broadcast gives what the same scale written out gives")
    func broadcastScale() throws {
        let x = Tensor(Self.values(24, seed: 6), [2, 3, 4]), axis = [Attribute("axis", 1)]
        let columns: [Float] = [1, 2, 3, 4], written = Tensor(columns + columns + columns, [3, 4])
        let got = try output(of: "LayerNormalization", x, Tensor(columns, [4]), attributes: axis)
        #expect(got.floats == (try output(of: "LayerNormalization", x, written, attributes: axis)).floats)
        #expect(throws: OperatorFault.self) { try output(of: "LayerNormalization", x, Tensor(columns, [2, 1, 1, 2])) }
    }

    @Test("Groups are scaled by group before opset 21 and by channel since then")
    func groups() throws {
        let x = Tensor(Self.values(2 * 4 * 6, seed: 7), [2, 4, 2, 3]), groups = [Attribute("num_groups", 2)]
        let byGroup = [Tensor([Float(2), 3], [2]), Tensor([Float(1), -1], [2])]
        let byChannel = [Tensor([Float(2), 2, 3, 3], [4]), Tensor([Float(1), 1, -1, -1], [4])]
        let old = try outputs(of: "GroupNormalization", [x] + byGroup, groups, opset: 18)[0]
        let new = try outputs(of: "GroupNormalization", [x] + byChannel, groups, opset: 21)[0]
        #expect(old.floats == new.floats)
        #expect(throws: OperatorFault.self) { try outputs(of: "GroupNormalization", [x] + byGroup, groups, opset: 21) }
        #expect(throws: OperatorFault.self) {
            try outputs(of: "GroupNormalization", [x] + byChannel, [Attribute("num_groups", 3)], opset: 21)
        }
    }

    @Test("What has norm 0 stays 0")
    func norms() throws {
        let x = Tensor([Float(3), 0, 4, 0], [2, 2]), axis = Attribute("axis", 0)
        #expect(try output(of: "LpNormalization", x, attributes: [axis], opset: 22).floats == [0.6, 0, 0.8, 0])
        let absolute = try output(of: "LpNormalization", x, attributes: [axis, Attribute("p", 1)], opset: 22)
        #expect(absolute.floats == [Float(3) / 7, 0, Float(4) / 7, 0])
    }
}

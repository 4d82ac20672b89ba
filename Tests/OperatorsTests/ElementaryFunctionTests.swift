import Foundation
import GraphIR
import Operators
import Testing

@Suite("Elementary functions")
struct ElementaryFunctionTests {
    /// Bit patterns from everywhere: every exponent, both signs, zeros, infinities, NaN.
    private static let samples: [Float] = {
        var random = SeededGenerator(seed: 11)
        let anywhere = (0..<60_000).map { _ in Float(bitPattern: UInt32.random(in: .min ... .max, using: &random)) }
        let usual = (0..<60_000).map { _ in Float.random(in: -20...20, using: &random) }
        let special: [Float] = [
            0, -0.0, .infinity, -.infinity, .nan, 88.72, 88.73, -87.34, -103.9, -104.1, 0.875, -0.625,
        ]
        return anywhere + usual + special
    }()

    /// How far `got` is from `wanted`, in units of the last place of a float of that size.
    private static func error(_ got: Float, _ wanted: Double) -> Double {
        if wanted.isNaN || got.isNaN { return wanted.isNaN && got.isNaN ? 0 : .infinity }
        let nearest = Float(wanted)
        if nearest.isInfinite || got.isInfinite {
            return nearest == got || abs(wanted) > 0x1.fffffep127 && abs(got) > 0x1.fffffcp127 ? 0 : .infinity
        }
        return abs(Double(got) - wanted) / Double(max(nearest.ulp, Float.leastNonzeroMagnitude))
    }

    private func check(
        _ name: String, _ attributes: [Attribute] = [], within limit: Double, _ function: (Double) -> Double
    ) throws {
        let values = Self.samples
        let result = try output(of: name, Tensor(values, [values.count]), attributes: attributes, opset: 24)
        let got = try #require(result.floats)
        let worst = zip(values, got).map { (x: $0, y: $1, error: Self.error($1, function(Double($0)))) }
            .max { $0.error < $1.error }
        let found = try #require(worst)
        #expect(found.error <= limit, "\(name) of \(found.x) is \(found.y), expected \(function(Double(found.x)))")
    }

    @Test("Our own are within 2.5 units in the last place of the real function, everywhere")
    func ours() throws {
        try check("Exp", within: 1, Foundation.exp)
        try check("Erf", within: 1.5, Foundation.erf)
        try check("Tanh", within: 1.5, Foundation.tanh)
        try check("Sigmoid", within: 2.5) { 1 / (1 + Foundation.exp(-$0)) }
        try check("Elu", within: 1) { $0 < 0 ? Foundation.expm1($0) : $0 }
        try check("Reciprocal", within: 0.5) { 1 / $0 }
        try check("Sqrt", within: 0.5, Foundation.sqrt)
        try check("Round", within: 0) { $0.rounded(.toNearestOrEven) }
    }

    @Test("Those of the C library are within what it promises")
    func library() throws {
        try check("Log", within: 1, Foundation.log)
        try check("Sin", within: 1, Foundation.sin)
        try check("Cos", within: 1, Foundation.cos)
        try check("Atan", within: 1, Foundation.atan)
        try check("Asinh", within: 2, Foundation.asinh)
        try check("Softplus", within: 3) { max($0, 0) + Foundation.log1p(Foundation.exp(-abs($0))) }
    }

    @Test("Activations follow their formulas to within rounding of the largest term")
    func activations() throws {
        let values = stride(from: Float(-12), to: 12, by: 0.0371).map { $0 }
        func expectClose(_ name: String, _ attributes: [Attribute] = [], _ function: (Double) -> Double) throws {
            let result = try output(of: name, Tensor(values, [values.count]), attributes: attributes, opset: 24)
            let got = try #require(result.floats)
            for (x, y) in zip(values, got) {
                let wanted = function(Double(x))
                #expect(abs(Double(y) - wanted) <= 3e-7 * max(1, abs(Double(x))), "\(name) of \(x)")
            }
        }
        try expectClose("Gelu") { $0 / 2 * (1 + Foundation.erf($0 / 2.squareRoot())) }
        try expectClose("Gelu", [Attribute("approximate", "tanh")]) {
            $0 / 2 * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
        }
        try expectClose("Mish") { $0 * Foundation.tanh(Foundation.log1p(Foundation.exp($0))) }
        try expectClose("Swish", [Attribute("alpha", Float(1.5))]) { $0 / (1 + Foundation.exp(-1.5 * $0)) }
        try expectClose("Celu", [Attribute("alpha", Float(2))]) { $0 < 0 ? 2 * Foundation.expm1($0 / 2) : $0 }
        try expectClose("Selu") {
            let gamma = Double(Float(1.05070102214813232421875)), alpha = Double(Float(1.67326319217681884765625))
            return $0 < 0 ? gamma * alpha * Foundation.expm1($0) : gamma * $0
        }
        try expectClose("HardSwish") { $0 * min(max($0 / 6 + 0.5, 0), 1) }
        try expectClose("Softsign") { $0 / (1 + abs($0)) }
        try expectClose("Shrink", [Attribute("lambd", Float(1.5)), Attribute("bias", Float(1.5))]) {
            $0 < -1.5 ? $0 + 1.5 : $0 > 1.5 ? $0 - 1.5 : 0
        }
    }

    @Test("NaN comes out where NaN goes in")
    func nan() throws {
        let nan = Tensor([Float.nan], [1])
        let names = [
            "Relu", "LeakyRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softplus",
            "Softsign", "Gelu", "Mish", "Swish", "Shrink", "ThresholdedRelu", "Sign", "Clip", "Softmax", "LogSoftmax",
        ]
        for name in names {
            #expect(try output(of: name, nan, opset: 24).floats?[0].isNaN == true, "\(name)")
        }
        for name in ["Max", "Min"] {
            #expect(try output(of: name, nan, Tensor([Float(1)], [1])).floats?[0].isNaN == true, "\(name), first")
            #expect(try output(of: name, Tensor([Float(1)], [1]), nan).floats?[0].isNaN == true, "\(name), second")
        }
    }
}

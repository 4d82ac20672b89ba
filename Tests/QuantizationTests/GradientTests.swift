#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif
import GraphIR
import Kernels
import Operators
import Testing

@testable import Quantization

@Suite("Gradients")
struct GradientTests {
    private static let seed: UInt64 = 20_261_121

    /// A node, the extents of its data, and its other inputs, of which those without extents are left out.
    struct Case: Sendable, CustomTestStringConvertible {
        let node: Node
        let data: [Int]
        var others: [[Int]] = []
        /// How many inputs vary, from the first on.
        var varying = 1
        var testDescription: String { "\(node.opType) \(data) \(others)" }

        init(_ opType: String, _ data: [Int], _ others: [[Int]] = [], varying: Int = 1, _ attributes: [Attribute] = []) {
            let names = (0...others.count).map { "x\($0)" }
            node = Node(opType, inputs: names, outputs: ["y"], attributes: attributes)
            (self.data, self.others, self.varying) = (data, others, varying)
        }
    }

    static let cases = [
        Case("Conv", [1, 3, 6, 5], [[4, 3, 3, 3], [4]], [Attribute("pads", [1, 0, 1, 2])]),
        Case("Conv", [2, 4, 7, 8], [[6, 2, 3, 2]], [Attribute("group", 2), Attribute("strides", [2, 3])]),
        Case("Conv", [1, 5, 6, 6], [[5, 1, 3, 3]], [
            Attribute("group", 5), Attribute("dilations", [2, 1]), Attribute("pads", [2, 1, 2, 1]),
        ]),
        Case("Conv", [1, 3, 8, 8], [[2, 3, 1, 1]], [Attribute("strides", [2, 2])]),
        Case("MatMul", [2, 3, 5], [[5, 4]]),
        Case("Gemm", [3, 5], [[4, 5], [4]], [Attribute("transB", 1)]),
        Case("Gemm", [3, 5], [[5, 4]]),
        Case("Add", [2, 3, 4], [[2, 3, 4]], varying: 2),
        Case("Sub", [2, 3, 4], [[2, 3, 4]], varying: 2),
        Case("Mul", [2, 3, 4], [[2, 3, 4]], varying: 2),
        Case("Mul", [2, 3, 4], [[3, 1]]),
        Case("Div", [2, 3, 4], [[4]]),
        Case("Relu", [3, 50]),
        Case("Sigmoid", [3, 5]),
        Case("GlobalAveragePool", [2, 3, 4, 5]),
        Case("AveragePool", [1, 3, 6, 6], [], [
            Attribute("kernel_shape", [3, 2]), Attribute("strides", [2, 1]), Attribute("pads", [1, 0, 1, 1]),
            Attribute("count_include_pad", 1),
        ]),
        Case("MaxPool", [2, 3, 7, 7], [], [
            Attribute("kernel_shape", [3, 3]), Attribute("strides", [2, 2]), Attribute("pads", [1, 1, 1, 1]),
        ]),
        Case("Flatten", [2, 3, 4]),
        Case("Transpose", [2, 3, 4, 5], [], [Attribute("perm", [0, 3, 1, 2])]),
        Case("Concat", [2, 3, 4], [[2, 5, 4], [2, 1, 4]], varying: 3, [Attribute("axis", 1)]),
    ]

    /// Numbers from -2 to 2 without a pattern, none close to another or to 0.
    private func numbers(_ extents: [Int], _ random: inout SplitMix64) -> Tensor {
        let count = extents.reduce(1, *)
        let places = (0..<count).shuffled(using: &random)
        return Tensor(places.map { (Float($0) + 0.5) / Float(count) * 4 - 2 }, extents)
    }

    /// The sum of `weights` times the node's output.
    private func loss(_ node: Node, _ inputs: [Tensor], _ weights: [Float]) throws -> Double {
        let output = try OperatorTable.evaluate(node, opset: 13, inputs: inputs)
        let values = try #require(output[0]?.floats)
        return zip(values, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    private func close(_ gradient: Tensor, _ tensor: Tensor, _ loss: (Tensor) throws -> Double) throws {
        let step: Float = 0.25 / Float(max(tensor.elementCount, 8)), slopes = try #require(gradient.floats)
        let values = try #require(tensor.floats)
        #expect(gradient.extents == tensor.extents)
        let largest = slopes.map(\.magnitude).max() ?? 0
        #expect(largest > 0)
        for index in values.indices {
            var (more, less) = (values, values)
            more[index] += step
            less[index] -= step
            let rise = try loss(Tensor(more, tensor.extents)) - loss(Tensor(less, tensor.extents))
            let expected = Float(rise / Double(more[index] - less[index]))
            #expect((slopes[index] - expected).magnitude < 0.01 * max(largest, 1), "element \(index), seed \(Self.seed)")
        }
    }

    @Test("every operator's gradient is what small changes of its inputs show", arguments: cases)
    func operators(_ tried: Case) throws {
        var random = SplitMix64(seed: Self.seed)
        let inputs = ([tried.data] + tried.others).map { numbers($0, &random) }
        let output = try #require(try OperatorTable.evaluate(tried.node, opset: 13, inputs: inputs)[0])
        let weights = numbers(output.extents, &random), varies = inputs.indices.map { $0 < tried.varying }
        let rule = try #require(
            GradientRules.make(tried.node, opset: 13, inputs: inputs, output: output, varies: varies))
        let gradients = try rule.passBack(weights, inputs: inputs, output: output, wanted: varies)
        for index in 0..<tried.varying {
            try close(try #require(gradients[index]), inputs[index]) {
                var changed = inputs
                changed[index] = $0
                return try loss(tried.node, changed, try #require(weights.floats))
            }
        }
        guard let rule = rule as? any ProductGradientRule else { return }
        let matrix = rule.weightGradient(weights, data: inputs[0])
        try close(Tensor(Array(matrix.elements), inputs[1].extents), inputs[1]) {
            var changed = inputs
            changed[1] = $0
            return try loss(tried.node, changed, try #require(weights.floats))
        }
    }

    @Test("a broadcast operand and an unknown operator have no gradient")
    func none() throws {
        let x = Networks.weight([2, 3, 4]), y = Networks.weight([3, 1])
        for opType in ["Add", "Mul", "Softplus"] {
            let node = Node(opType, inputs: ["x", "y"], outputs: ["z"])
            #expect(GradientRules.make(node, opset: 13, inputs: [x, y], output: x, varies: [true, true]) == nil)
        }
    }

    @Test("beyond a grid's end the slope by its scale is what small changes show, within it that of the rounding error")
    func learnedGrid() throws {
        var random = SplitMix64(seed: Self.seed)
        for isBeyond in [true, false] {
            let x = try #require(numbers([4, 3, 5], &random).floats).map { $0 + (isBeyond ? 10 : 0) }
            let g = try #require(numbers([4, 3, 5], &random).floats), steps: [Float] = [0.25, 0.5, 0.125]
            let offsets = steps.map { _ in random.offset() }
            func rounded(_ factor: Float) -> [Float] {
                let grid = LearnedGrid(outer: 4, inner: 5, steps: steps.map { $0 * factor }, low: -16, high: 16)
                var y = x
                grid.round(x, offsets: offsets, into: &y)
                return y
            }
            let grid = LearnedGrid(outer: 4, inner: 5, steps: steps, low: -16, high: 16), y = rounded(1)
            var slopes = [0.0, 0, 0], gx = x
            grid.passBack(g, x: x, y: y, into: &gx, slopes: &slopes)
            let more = rounded(1.01), less = rounded(0.99)
            var expected = [0.0, 0, 0]
            for index in x.indices {
                let isInside = (-16 * steps[index / 5 % 3]...16 * steps[index / 5 % 3]).contains(x[index])
                #expect(gx[index] == (isInside ? g[index] : 0))
                let change = isInside ? y[index] - x[index] : (more[index] - less[index]) / 0.02
                expected[index / 5 % 3] += Double(g[index] * change)
            }
            for (slope, expected) in zip(slopes, expected) { #expect(abs(slope - expected) < 1e-3) }
        }
    }

    @Test("the slopes by channel factors are what small changes of them show", arguments: [
        (extents: [6, 4, 3, 3], groups: 1, isConvolution: true, axis: 0),
        (extents: [6, 2, 1, 1], groups: 2, isConvolution: true, axis: 0),
        (extents: [5, 7], groups: 1, isConvolution: false, axis: 1),
        (extents: [5, 7], groups: 1, isConvolution: false, axis: 0),
    ])
    func factors(extents: [Int], groups: Int, isConvolution: Bool, axis: Int) throws {
        var random = SplitMix64(seed: Self.seed)
        let weight = numbers(extents, &random), gradient = numbers(extents, &random)
        let product = try #require(NoisyProduct(
            .init(weight: weight, axis: axis, groups: groups, isConvolution: isConvolution), data: "x", most: 127))
        let inputs = isConvolution ? extents[1] * groups : extents[1 - axis]
        let logarithms = (0..<inputs).map { _ in Double(random.offset()) }
        func draw(_ logarithms: [Double]) -> NoisyProduct.Draw {
            var random = SplitMix64(seed: 5)
            return product.draw(logarithms.map { Float(exp($0)) }, &random)
        }
        func loss(_ logarithms: [Double]) throws -> Double {
            zip(try #require(draw(logarithms).noise.floats), try #require(gradient.floats))
                .reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let matrix = Matrix(rows: extents[0], columns: weight.elementCount / extents[0])
        gradient.withFloats { matrix.base.update(from: $0, count: weight.elementCount) }
        var slopes = [Double](repeating: 0, count: inputs)[...]
        product.addSlopes(matrix, draw(logarithms), to: &slopes)
        let largest = try #require(slopes.map(\.magnitude).max())
        #expect(largest > 0)
        for index in 0..<inputs {
            var (more, less) = (logarithms, logarithms)
            more[index] += 1e-3
            less[index] -= 1e-3
            let expected = (try loss(more) - loss(less)) / 2e-3
            #expect(abs(slopes[index] - expected) < 0.02 * largest, "channel \(index), seed \(Self.seed)")
        }
    }
}

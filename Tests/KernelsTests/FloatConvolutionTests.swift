import CKernels
import Testing

@testable import Kernels

/// Float32 convolutions by our own loops beside sums in double.
@Suite("Float convolutions")
struct FloatConvolutionTests {
    @Test(arguments: FloatCase.filtered + FloatCase.pointwise + [.grown])
    private func `are the exact results, but for rounding`(_ one: FloatCase) throws {
        let data = FloatData(one), sums = data.sums()
        for tail in [ProductTail(), .residualRelu, .leaky, .clip] {
            let results = try data.run(tail: tail)
            let wrong = results.indices.first { index in
                let residual = tail.addsDestination ? Double(data.residual[index]) : 0
                return abs(Double(results[index]) - tail.applied(to: sums[index] + residual)) > data.mostError
            }
            #expect(wrong == nil, "\(tail)")
        }
    }

    @Test(.enabled(if: ck_has_fast_float_products()), arguments: FloatCase.filtered + FloatCase.pointwise)
    private func `are the same bits from any number of threads`(_ one: FloatCase) throws {
        let data = FloatData(one), before = KernelThreads.count
        defer { KernelThreads.set(before) }
        KernelThreads.set(1)
        let expected = try data.run(tail: .residualRelu)
        for threads in [2, 3, 5] {
            KernelThreads.set(threads)
            #expect(try data.run(tail: .residualRelu) == expected, "\(threads) threads")
        }
    }

    @Test(arguments: FloatCase.filtered)
    private func `of three by three weights are filtered where vectors are long enough`(_ one: FloatCase) {
        let taken = FloatData(one).weights.withUnsafeBytes { weights in
            weights.baseAddress.flatMap {
                WinogradConvolution(one.shape, weights: $0, mayGrow: false, tail: ProductTail())
            }
        }
        #expect((taken != nil) == (ck_active_isa() != CK_BASELINE))
    }

    @Test(.enabled(if: ck_active_isa() != CK_BASELINE))
    private func `take four times their weights where that is allowed and faster`() {
        let grown = FloatData(.grown)
        #expect(FloatSums.growth(of: grown.shape) == 3 * grown.weights.count * MemoryLayout<Float>.stride)
        #expect((FloatCase.filtered + FloatCase.plain).allSatisfy { FloatSums.growth(of: $0.shape) == nil })
    }

    @Test(arguments: FloatCase.plain)
    private func `of other forms are not filtered`(_ one: FloatCase) {
        let taken = FloatData(one).weights.withUnsafeBytes { weights in
            weights.baseAddress.flatMap {
                WinogradConvolution(one.shape, weights: $0, mayGrow: false, tail: ProductTail())
            }
        }
        #expect(taken == nil)
    }
}

/// A convolution of two spatial axes, channels last.
struct FloatCase: Sendable, CustomTestStringConvertible {
    var batch = 1
    var channels: Int
    var maps: Int
    var extents: [Int]
    var kernel = 3
    var pads = [1, 1, 1, 1]
    var stride = 1
    var dilation = 1
    var groups = 1
    /// Whether weights may take several times their memory.
    var mayGrow = false

    var testDescription: String { "\(batch)x\(extents)x\(channels) to \(maps) by \(kernel), pads \(pads)" }

    static let filtered = [
        FloatCase(channels: 16, maps: 16, extents: [16, 16]),
        FloatCase(channels: 48, maps: 80, extents: [30, 21]),
        FloatCase(channels: 32, maps: 48, extents: [19, 22], pads: [0, 0, 0, 0]),
        FloatCase(channels: 16, maps: 64, extents: [13, 18], pads: [2, 1, 0, 2]),
        FloatCase(batch: 3, channels: 64, maps: 32, extents: [11, 14]),
        FloatCase(batch: 2, channels: 32, maps: 48, extents: [26, 27]),
    ]

    static let grown = FloatCase(channels: 160, maps: 192, extents: [14, 14], mayGrow: true)

    static let pointwise = [
        FloatCase(channels: 160, maps: 60, extents: [30, 31], kernel: 1, pads: [0, 0, 0, 0]),
        FloatCase(channels: 102, maps: 33, extents: [51, 53], kernel: 1, pads: [0, 0, 0, 0]),
        FloatCase(batch: 2, channels: 131, maps: 80, extents: [29, 31], kernel: 1, pads: [0, 0, 0, 0]),
        FloatCase(channels: 1024, maps: 176, extents: [7, 7], kernel: 1, pads: [0, 0, 0, 0]),
    ]

    static let plain = [
        FloatCase(channels: 16, maps: 16, extents: [16, 16], stride: 2),
        FloatCase(channels: 16, maps: 16, extents: [16, 16], dilation: 2),
        FloatCase(channels: 32, maps: 32, extents: [16, 16], groups: 2),
        FloatCase(channels: 24, maps: 16, extents: [16, 16]),
        FloatCase(channels: 16, maps: 16, extents: [16, 16], kernel: 5, pads: [2, 2, 2, 2]),
        FloatCase(channels: 512, maps: 512, extents: [7, 7]),
    ]

    var shape: ConvolutionShape {
        let span = (kernel - 1) * dilation + 1
        let destination = (0..<2).map { (extents[$0] + pads[$0] + pads[$0 + 2] - span) / stride + 1 }
        var shape = ConvolutionShape(
            batch: batch, groups: groups, sourceChannels: channels, destinationChannels: maps, source: extents,
            kernel: [kernel, kernel], destination: destination, strides: [stride, stride],
            dilations: [dilation, dilation], padsBegin: Array(pads[..<2]), padsEnd: Array(pads[2...]))
        (shape.sourceLayout, shape.destinationLayout) = (.channelsLast, .channelsLast)
        return shape
    }
}

extension ProductTail {
    fileprivate static let residualRelu = ProductTail(adds: true, .relu)
    fileprivate static let leaky = ProductTail(adds: false, .leakyRelu(slope: 0.125))
    fileprivate static let clip = ProductTail(adds: true, .clip(low: -1, high: 1.5))

    private init(adds: Bool, _ activation: FusedActivation) {
        self.init()
        (addsDestination, self.activation) = (adds, activation)
    }

    fileprivate func applied(to sum: Double) -> Double {
        switch activation {
        case .relu: max(sum, 0)
        case .leakyRelu(let slope): sum < 0 ? sum * Double(slope) : sum
        case .clip(let low, let high): min(max(sum, Double(low)), Double(high))
        case nil: sum
        }
    }
}

private struct FloatData {
    let shape: ConvolutionShape
    let mayGrow: Bool
    let source: [Float]
    let weights: [Float]
    let bias: [Float]
    let residual: [Float]

    init(_ one: FloatCase) {
        (shape, mayGrow) = (one.shape, one.mayGrow)
        var random = SeededRandom(seed: one.channels)
        func floats(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        let positions = shape.batch * shape.destination[0] * shape.destination[1]
        source = floats(shape.batch * shape.source[0] * shape.source[1] * shape.sourceChannels)
        weights = floats(shape.destinationChannels * shape.sourceChannels / one.groups * one.kernel * one.kernel)
        bias = floats(shape.destinationChannels)
        residual = floats(positions * shape.destinationChannels)
    }

    func run(tail: ProductTail) throws -> [Float] {
        let convolution = try weights.withUnsafeBytes {
            try FloatSums(shape, bias: true, weights: $0.baseAddress, mayGrow: mayGrow, tail: tail)
        }
        let scratch = AlignedMemory(count: convolution.scratchBytes)
        var results = tail.addsDestination ? residual : [Float](repeating: .nan, count: residual.count)
        try convolution.run(
            source: source, weights: weights, bias: bias, destination: &results, scratch: scratch.base)
        return results
    }

    /// Filtering usually errs by a millionth of what results usually are, a third of the root of how many terms they
    /// have; of a hundred thousand results none by more than twelve times as much.
    var mostError: Double {
        4e-6 * Double(shape.sourceChannels * shape.kernel[0] * shape.kernel[1]).squareRoot()
    }

    /// With the bias.
    func sums() -> [Double] {
        let maps = shape.destinationChannels, wide = shape.destination[1]
        return residual.indices.map { index in
            let position = index / maps, corner = (y: position / wide % shape.destination[0], x: position % wide)
            return sum(position / wide / shape.destination[0], corner, map: index % maps) + Double(bias[index % maps])
        }
    }

    private func sum(_ sample: Int, _ corner: (y: Int, x: Int), map: Int) -> Double {
        let channels = shape.sourceChannels, taps = shape.kernel[0] * shape.kernel[1]
        var sum = 0.0
        for tap in 0..<taps {
            let y = corner.y + tap / shape.kernel[1] - shape.padsBegin[0]
            let x = corner.x + tap % shape.kernel[1] - shape.padsBegin[1]
            guard shape.source[0] > y, y >= 0, shape.source[1] > x, x >= 0 else { continue }
            let first = ((sample * shape.source[0] + y) * shape.source[1] + x) * channels
            for c in 0..<channels {
                sum += Double(source[first + c]) * Double(weights[(map * channels + c) * taps + tap])
            }
        }
        return sum
    }
}

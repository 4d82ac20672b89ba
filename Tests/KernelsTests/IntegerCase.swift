@testable import Kernels

/// A random integer convolution with the integers it must give, by the definition.
struct IntegerConvolutionCase {
    let shape: ConvolutionShape
    let source: ByteOperand
    let sourceBytes: [UInt8]
    let weightBytes: [UInt8]
    let weightsAreSigned: Bool
    let zeroPoints: [Int32]
    let bias: [Int32]?
    let result: IntegerResult

    /// `sliding` makes it depthwise with channels last and windows of three by three that lie so far apart.
    init(seed: Int, sliding: Int? = nil) {
        var random = SeededRandom(seed: seed)
        let axes = sliding == nil ? random.integer(1...3) : 2, kind = sliding == nil ? random.integer(0...3) : 0
        let many = random.flag() ? 1...40 : 60...150
        let even = sliding != nil && random.flag() ? 16 * random.integer(1...10) : nil
        let groups = even ?? (kind == 0 ? random.integer(many) : kind == 1 ? random.integer(2...4) : 1)
        let each = kind == 0 ? 1 : random.integer(1...(kind == 3 ? 90 : 20))
        let any = kind == 0 ? (random.flag() ? 1 : random.integer(1...3)) : random.integer(kind == 1 ? 1...36 : many)
        let maps = sliding == nil ? any : 1
        func list(_ range: ClosedRange<Int>) -> [Int] { (0..<axes).map { _ in random.integer(range) } }
        let begin = list(0...2), end = list(0...2)
        let kernel = sliding == nil ? list(1...3) : [3, 3], dilations = sliding == nil ? list(1...2) : [1, 1]
        let strides = sliding.map { [$0, $0] } ?? list(1...3)
        let span = zip(kernel, dilations).map { ($0 - 1) * $1 + 1 }
        let extent = zip(list(1...6), span).map { max($0, $1) }
        let destination = (0..<axes).map { axis -> Int in
            let room = extent[axis] + begin[axis] + end[axis] - span[axis]
            return room / strides[axis] + 1
        }
        var shape = ConvolutionShape(
            batch: random.integer(1...2), groups: groups, sourceChannels: groups * each,
            destinationChannels: groups * maps, source: extent, kernel: kernel, destination: destination,
            strides: strides, dilations: dilations, padsBegin: begin, padsEnd: end)
        shape.sourceLayout = sliding == nil && random.flag() ? .planar : .channelsLast
        shape.destinationLayout = sliding == nil && random.flag() ? .planar : .channelsLast
        let isSigned = random.flag(), extreme = random.flag()
        func zero(_ signed: Bool) -> Int32 { Int32(random.integer(0...255) - (signed ? 128 : 0)) }
        source = ByteOperand(isSigned: isSigned, zeroPoint: random.flag() ? 0 : zero(isSigned))
        weightsAreSigned = random.integer(0...3) > 0
        let signedWeights = weightsAreSigned
        switch random.integer(0...3) {
        case 0: zeroPoints = (0..<shape.destinationChannels).map { _ in zero(signedWeights) }
        case 1: zeroPoints = [zero(signedWeights)]
        default: zeroPoints = [signedWeights ? 0 : 128]
        }
        sourceBytes = random.bytes(shape.batch * shape.sourceChannels * extent.reduce(1, *), extreme: extreme)
        weightBytes = random.bytes(shape.weightCount, extreme: extreme)
        bias = random.flag() ? (0..<shape.destinationChannels).map { _ in Int32(random.integer(-50000...50000)) } : nil
        let depth = Float(shape.weightCount / shape.destinationChannels)
        let isSteep = random.integer(0...9) == 0
        let scales = (0..<(random.flag() ? 1 : shape.destinationChannels)).map { _ in
            isSteep ? 0x1p12 : random.flag() ? Float.random(in: 0.5...2, using: &random) / (80 * depth) : 0x1p-9
        }
        switch random.integer(0...3) {
        case 0: result = .sums
        case 1: result = .floats(scales)
        default:
            let signed = random.flag()
            result = .bytes(isSigned: signed, scales: scales, zeroPoint: random.flag() ? 0 : zero(signed))
        }
        self.shape = shape
    }

    /// Where an element lies: `channel` and `position` of `sample`, in either layout.
    private func index(
        _ layout: TensorLayout, _ sample: Int, _ channel: Int, _ position: Int, _ channels: Int, _ positions: Int
    ) -> Int {
        if layout == .planar { return (sample * channels + channel) * positions + position }
        return (sample * positions + position) * channels + channel
    }

    private func value(_ bytes: [UInt8], _ index: Int, signed: Bool) -> Int {
        signed ? Int(Int8(bitPattern: bytes[index])) : Int(bytes[index])
    }

    /// The sum at one output, bias included, wrapped to int32.
    private func sum(_ sample: Int, _ map: Int, _ position: Int) -> Int32 {
        let each = shape.sourceChannels / shape.groups, maps = shape.destinationChannels / shape.groups
        let taps = shape.kernel.reduce(1, *), positions = shape.source.reduce(1, *)
        var total = Int(bias?[map] ?? 0)
        for tap in 0..<taps {
            guard let at = sourcePosition(position, tap) else { continue }
            for channel in 0..<each {
                let from = index(
                    shape.sourceLayout, sample, map / maps * each + channel, at, shape.sourceChannels, positions)
                let x = value(sourceBytes, from, signed: source.isSigned) - Int(source.zeroPoint)
                let w = value(weightBytes, (map * each + channel) * taps + tap, signed: weightsAreSigned)
                total += x * (w - Int(zeroPoints[zeroPoints.count == 1 ? 0 : map]))
            }
        }
        return Int32(truncatingIfNeeded: total)
    }

    /// The source position that tap `tap` of the window at `position` falls on; `nil` in the padding.
    private func sourcePosition(_ position: Int, _ tap: Int) -> Int? {
        var position = position, tap = tap, at = 0, step = 1
        for axis in shape.source.indices.reversed() {
            let p = position % shape.destination[axis], t = tap % shape.kernel[axis]
            position /= shape.destination[axis]
            tap /= shape.kernel[axis]
            let x = p * shape.strides[axis] - shape.padsBegin[axis] + t * shape.dilations[axis]
            guard (0..<shape.source[axis]).contains(x) else { return nil }
            at += x * step
            step *= shape.source[axis]
        }
        return at
    }

    /// The result's bytes, by the definition.
    var expected: [UInt8] {
        let positions = shape.destination.reduce(1, *), channels = shape.destinationChannels
        var bytes = [UInt8](repeating: 0, count: shape.batch * channels * positions * result.width)
        for sample in 0..<shape.batch {
            for map in 0..<channels {
                for position in 0..<positions {
                    let at = index(shape.destinationLayout, sample, map, position, channels, positions) * result.width
                    let encoded = result.encoded(sum(sample, map, position), column: map)
                    bytes.replaceSubrange(at..<at + result.width, with: encoded)
                }
            }
        }
        return bytes
    }
}

extension IntegerResult {
    /// The bytes of one result, by the definition.
    func encoded(_ sum: Int32, column: Int) -> [UInt8] {
        let scale = scales[scales.count == 1 ? 0 : column]
        switch self {
        case .sums: return withUnsafeBytes(of: sum) { Array($0) }
        case .floats: return withUnsafeBytes(of: Float(sum) * scale) { Array($0) }
        case .bytes(let isSigned, _, let zeroPoint):
            let range = isSigned ? -128...127 : 0...255
            let rounded = (Float(sum) * scale).rounded(.toNearestOrEven)
            let whole = Int(max(-1e6, min(1e6, rounded))) + Int(zeroPoint)
            return [UInt8(truncatingIfNeeded: min(max(whole, range.lowerBound), range.upperBound))]
        }
    }
}

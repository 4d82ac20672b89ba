internal import CDNN

/// The most operations a second that this processor reaches with the threads in use: what a single large convolution by
/// oneDNN does, a multiply-accumulate counted as two.
public struct PeakSpeed: Sendable {
    public let float: Double
    /// 8-bit unsigned data by 8-bit weights.
    public let integer: Double

    private static let shape: ConvolutionShape = {
        var shape = ConvolutionShape(
            batch: 1, groups: 1, sourceChannels: 256, destinationChannels: 256, source: [28, 28], kernel: [3, 3],
            destination: [28, 28], strides: [1, 1], dilations: [1, 1], padsBegin: [1, 1], padsEnd: [1, 1])
        (shape.sourceLayout, shape.destinationLayout) = (.channelsLast, .channelsLast)
        return shape
    }()
    private static let elements = 256 * 28 * 28
    private static let leastRuns = 5
    private static let usualDuration = Duration.milliseconds(150)

    /// Measures it, in some tenths of a second. Throws `DNNFault`.
    public init() throws(DNNFault) {
        let weights = [Float](repeating: 0.5, count: Self.shape.weightCount)
        float = try Self.speed(
            of: DNNPrimitive(Self.shape, bias: false, weights: weights), width: MemoryLayout<Float>.size)
        integer = try Self.integerSpeed()
    }

    /// That of our own loops where oneDNN has nothing sound for bytes.
    private static func integerSpeed() throws(DNNFault) -> Double {
        let bytes = ByteOperand(isSigned: false, zeroPoint: 0)
        let result = IntegerResult.bytes(isSigned: false, scales: [0.5], zeroPoint: 0)
        let weights = SignedWeights(
            repeating: 1, channels: shape.destinationChannels, depth: shape.weightCount / shape.destinationChannels)
        if let primitive = try DNNPrimitive(shape, source: bytes, weights: weights, bias: false, result: result) {
            return try speed(of: primitive, width: 1)
        }
        let own = try weights.values.withUnsafeBufferPointer { values throws(DNNFault) in
            let weights = ByteWeights(isSigned: true, zeroPoints: [0], constant: UnsafeRawPointer(values.baseAddress))
            return try IntegerConvolution(shape, source: bytes, weights: weights, bias: nil, result: result)
        }
        return try speed(width: 1, scratchBytes: own.scratchBytes) {
            source, destination, scratch throws(DNNFault) in
            try own.run(source: source, weights: nil, destination: destination, scratch: scratch)
        }
    }

    private static func speed(of primitive: DNNPrimitive, width: Int) throws(DNNFault) -> Double {
        try speed(width: width, scratchBytes: primitive.scratchBytes) {
            source, destination, scratch throws(DNNFault) in
            try primitive.run(source: source, weights: nil, bias: nil, destination: destination, scratch: scratch)
        }
    }

    /// Operations a second in the fastest of some runs over elements of `width` bytes.
    private static func speed(
        width: Int, scratchBytes: Int,
        run: (UnsafeRawPointer, UnsafeMutableRawPointer, UnsafeMutableRawPointer) throws(DNNFault) -> Void
    ) throws(DNNFault) -> Double {
        let source = AlignedMemory(count: elements * width), destination = AlignedMemory(count: elements * width)
        let scratch = AlignedMemory(count: scratchBytes)
        source.base.initializeMemory(as: UInt8.self, repeating: 1, count: source.count)
        let clock = ContinuousClock()
        let start = clock.now
        var least = Duration.seconds(3600), runs = 0
        repeat {
            let runStart = clock.now
            try run(source.base, destination.base, scratch.base)
            least = min(least, runStart.duration(to: clock.now))
            runs += 1
        } while runs < leastRuns || start.duration(to: clock.now) < usualDuration
        let seconds = max(Double(least.components.attoseconds) * 1e-18 + Double(least.components.seconds), 1e-9)
        return 2 * Double(elements) * Double(shape.weightCount / shape.destinationChannels) / seconds
    }
}

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
        integer = try Self.speed(
            of: DNNPrimitive(
                Self.shape, source: ByteOperand(isSigned: false, zeroPoint: 0),
                weights: SignedWeights(repeating: 1, count: Self.shape.weightCount), bias: false,
                result: .bytes(isSigned: false, scales: [0.5], zeroPoint: 0)),
            width: 1)
    }

    /// Operations a second in the fastest of some runs.
    private static func speed(of primitive: DNNPrimitive, width: Int) throws(DNNFault) -> Double {
        let source = AlignedMemory(count: elements * width), destination = AlignedMemory(count: elements * width)
        let scratch = AlignedMemory(count: primitive.scratchBytes)
        source.base.initializeMemory(as: UInt8.self, repeating: 1, count: source.count)
        let clock = ContinuousClock()
        let start = clock.now
        var least = Duration.seconds(3600), runs = 0
        repeat {
            let runStart = clock.now
            try primitive.run(
                source: source.base, weights: nil, bias: nil, destination: destination.base, scratch: scratch.base)
            least = min(least, runStart.duration(to: clock.now))
            runs += 1
        } while runs < leastRuns || start.duration(to: clock.now) < usualDuration
        let seconds = max(Double(least.components.attoseconds) * 1e-18 + Double(least.components.seconds), 1e-9)
        return 2 * Double(elements) * Double(shape.weightCount / shape.destinationChannels) / seconds
    }
}

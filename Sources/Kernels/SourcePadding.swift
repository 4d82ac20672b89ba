/// Writes out what a convolution of 8-bit data is padded with: a copy of the data with the zero point around it.
struct SourcePadding: Sendable {
    private let copy: PaddedCopy
    private let value: UInt8

    /// Bytes of the copy, a multiple of 64.
    let byteCount: Int

    /// Takes the padding from `shape`, which then is that of the convolution of the copy. `nil` where there is none.
    init?(takenFrom shape: inout ConvolutionShape, zeroPoint: Int32) {
        let pads = zip(shape.padsBegin, shape.padsEnd)
        guard shape.isPadded, pads.allSatisfy({ $0 >= 0 && $1 >= 0 }) else { return nil }
        func whole(_ count: Int) -> [PaddedCopy.Run] { [PaddedCopy.Run(count: count, source: 0)] }
        let channels = (extent: shape.sourceChannels, runs: whole(shape.sourceChannels))
        var axes = zip(shape.source, pads).map { extent, pad in
            (extent: extent, runs: [.fill(pad.0)] + whole(extent) + [.fill(pad.1)])
        }
        axes.insert(channels, at: shape.sourceLayout == .channelsLast ? axes.count : 0)
        axes.insert((extent: shape.batch, runs: whole(shape.batch)), at: 0)
        copy = PaddedCopy(runs: axes.map(\.runs), sourceExtents: axes.map(\.extent), width: 1)
        value = UInt8(truncatingIfNeeded: zeroPoint)
        byteCount = (axes.map { $0.runs.reduce(0) { $0 + $1.count } }.reduce(1, *) + 63) / 64 * 64
        shape.source = zip(shape.source, pads).map { $0 + $1.0 + $1.1 }
        (shape.padsBegin, shape.padsEnd) = (shape.source.map { _ in 0 }, shape.source.map { _ in 0 })
    }

    /// Copies all of the data.
    func run(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        withUnsafePointer(to: value) { copy.run(from: source, to: target, fill: $0) }
    }
}

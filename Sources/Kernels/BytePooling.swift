internal import CKernels

/// Average pooling between 8-bit grids, in float32 real values.
public struct ByteAveragePooling: Sendable {
    private let window: PoolingWindow
    private let reals: [Float]
    private let to: OperandGrid
    private let countPadding: Bool
    private let isSigned: Bool

    /// `from` and `to` are the grids of source and result, both int8 or both uint8.
    public init(_ window: PoolingWindow, from: OperandGrid, to: OperandGrid, isSigned: Bool, countPadding: Bool) {
        self.window = window
        self.to = to
        self.isSigned = isSigned
        self.countPadding = countPadding
        reals = (0..<256).map {
            let value = isSigned ? Int32(Int8(truncatingIfNeeded: $0)) : Int32($0)
            return from.scale * Float(value - from.zeroPoint)
        }
    }

    /// Bytes of scratch memory that `run` needs.
    public var scratchBytes: Int { window.rowCount * MemoryLayout<Float>.stride }

    /// `clamp(roundHalfToEven(mean / scale + zero point))` for each window, the mean taken of real values in the order of
    /// the window. With `countPadding` the mean is over the window's whole extent.
    public func run(
        _ source: UnsafePointer<UInt8>, _ destination: UnsafeMutablePointer<UInt8>, scratch: UnsafeMutableRawPointer
    ) {
        let row = scratch.bindMemory(to: Float.self, capacity: window.rowCount)
        reals.withUnsafeBufferPointer {
            var average = ck_byte_average(
                reals: $0.baseAddress, count_padding: countPadding, is_signed: isSigned, scale_y: to.scale,
                zero_y: to.zeroPoint)
            window.byteAverage(&average, source, destination, row: row)
        }
    }
}

extension GlobalPooling {
    /// Bytes of scratch memory that `byteAverage` needs.
    public var byteScratchBytes: Int { imageCount * MemoryLayout<Int32>.stride }

    /// The mean of bytes on the grid `from` over all positions, on the grid `to`: an exact sum, one float32 multiplication
    /// by `from.scale / (to.scale * positions)`, rounded half to even.
    public func byteAverage(
        _ source: UnsafePointer<UInt8>, _ destination: UnsafeMutablePointer<UInt8>, from: OperandGrid, to: OperandGrid,
        isSigned: Bool, scratch: UnsafeMutableRawPointer
    ) {
        let sums = scratch.bindMemory(to: Int32.self, capacity: imageCount)
        byteSums(source, zeroPoint: from.zeroPoint, isSigned: isSigned, into: sums)
        var scale = from.scale / (to.scale * Float(positionCount))
        withUnsafePointer(to: &scale) {
            var result = ck_result(
                type: isSigned ? CK_RESULT_S8 : CK_RESULT_U8, bias: nil, scales: $0, scale_step: 0,
                zero_point: to.zeroPoint)
            ck_finish(&result, 1, Int64(imageCount), sums, destination)
        }
    }
}

internal import CKernels

/// Exact products of pairs of 8-bit matrices, [m, k] x [k, n], prepared once: as a convolution by constant weights, by
/// products of bytes whose second operand is packed in every run, or else by our own loops over 16-bit integers. The second
/// operand is the weights: its columns may have a zero point and a scale each.
public struct IntegerProduct: Sendable {
    /// The extents of one product, and how its operands are walked, in elements.
    public struct Shape: Sendable, Hashable {
        public var m: Int
        public var n: Int
        public var k: Int
        public var sourceStrides: (row: Int, column: Int) { isSourceTransposed ? (1, m) : (k, 1) }
        public var weightsStrides: (row: Int, column: Int) { isWeightsTransposed ? (1, k) : (n, 1) }
        public var isSourceTransposed = false
        public var isWeightsTransposed = false

        public init(m: Int, n: Int, k: Int) { (self.m, self.n, self.k) = (m, n, k) }
    }

    private enum Method: Sendable {
        /// The product as a convolution of m positions by a kernel of one.
        case pointwise(IntegerConvolution)
        case bytes(ByteProduct)
        case words(WordProduct, bias: [Int32]?)
    }

    private let method: Method
    private let shape: Shape
    private let result: IntegerResult
    private let pairs: [(a: Int, b: Int)]

    /// Bytes of scratch memory that `run` needs, aligned to 64.
    public let scratchBytes: Int

    /// Prepares products. Constant weights are read now, and are one matrix. `bias` has one value a column. All extents are
    /// at least 1. `pairs` has for each product the numbers of its matrices in the operands. Throws `DNNFault`.
    public init(
        _ shape: Shape, pairs: [(a: Int, b: Int)] = [(0, 0)], source: ByteOperand, weights: ByteWeights, bias: [Int32]?,
        result: IntegerResult
    ) throws(DNNFault) {
        (self.shape, self.pairs, self.result) = (shape, pairs, result)
        let comesWithRuns = weights.constant == nil && bias == nil
        if comesWithRuns,
            let bytes = ByteProduct(shape, pairs: pairs, source: source, weights: weights, result: result)
        {
            method = .bytes(bytes)
            scratchBytes = bytes.scratchBytes
        } else if let pointwise = try Self.pointwise(shape, source, weights, bias, result) {
            method = .pointwise(pointwise)
            scratchBytes = pointwise.scratchBytes
        } else {
            let words = WordProduct(shape, source, weights, result)
            method = .words(words, bias: bias)
            scratchBytes = words.scratchBytes
        }
    }

    /// Who computes, as `IntegerConvolution` tells it.
    public var implementation: String {
        switch method {
        case .pointwise(let convolution): convolution.implementation
        case .bytes: "bytes, packed in every run"
        case .words: "words"
        }
    }

    private static func pointwise(
        _ shape: Shape, _ source: ByteOperand, _ weights: ByteWeights, _ bias: [Int32]?, _ result: IntegerResult
    ) throws(DNNFault) -> IntegerConvolution? {
        guard let constant = weights.constant, !shape.isSourceTransposed else { return nil }
        var pointwise = ConvolutionShape(
            batch: 1, groups: 1, sourceChannels: shape.k, destinationChannels: shape.n, source: [shape.m], kernel: [1],
            destination: [shape.m], strides: [1], dilations: [1], padsBegin: [0], padsEnd: [0])
        (pointwise.sourceLayout, pointwise.destinationLayout) = (.channelsLast, .channelsLast)
        let columns = shape.isWeightsTransposed ? nil : Self.columns(of: constant, shape)
        var weights = weights
        weights.constant = columns.map { UnsafeRawPointer($0.base) } ?? constant
        defer { withExtendedLifetime(columns) {} }
        return try IntegerConvolution(byBytes: pointwise, source: source, weights: weights, bias: bias, result: result)
    }

    /// The weights column after column.
    private static func columns(of weights: UnsafeRawPointer, _ shape: Shape) -> AlignedMemory {
        let memory = AlignedMemory(count: shape.k * shape.n)
        ck_transpose(weights, shape.n, memory.base, shape.k, shape.k, shape.n, 1)
        return memory
    }

    /// Multiplies, and adds to float results, which lie one after the other. `weights` are read only where they were not
    /// constant. Throws `DNNFault`.
    public func run(
        source: UnsafeRawPointer, weights: UnsafeRawPointer?, addends: FloatAddends = FloatAddends(),
        destination: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
    ) throws(DNNFault) {
        switch method {
        case .bytes(let bytes):
            guard let weights else { return }
            bytes.run(source: source, weights: weights, addends: addends, destination: destination, scratch: scratch)
        case .words(let words, let bias):
            for place in places(source, weights, addends, destination) {
                words.run(
                    source: place.source, weights: place.weights, bias: bias, destination: place.destination,
                    scratch: scratch)
                place.addends.add(to: place.destination, rows: shape.m, columns: shape.n)
            }
        case .pointwise(let convolution):
            for place in places(source, weights, addends, destination) {
                try convolution.run(
                    source: place.source, weights: place.weights, addends: place.addends,
                    destination: place.destination, scratch: scratch)
            }
        }
    }

    private struct Place {
        let source: UnsafeRawPointer
        let weights: UnsafeRawPointer?
        let addends: FloatAddends
        let destination: UnsafeMutableRawPointer
    }

    /// Where the operands and the results of each pair are.
    private func places(
        _ source: UnsafeRawPointer, _ weights: UnsafeRawPointer?, _ addends: FloatAddends,
        _ destination: UnsafeMutableRawPointer
    ) -> some Sequence<Place> {
        let results = shape.m * shape.n
        return pairs.lazy.enumerated().map { index, pair in
            Place(
                source: source + pair.a * shape.m * shape.k, weights: weights.map { $0 + pair.b * shape.k * shape.n },
                addends: addends.advanced(by: index * results), destination: destination + index * results * result.width)
        }
    }
}

/// The product by our own loops.
private struct WordProduct: Sendable {
    /// Rows whose sums are taken together.
    private static let block = 64
    private let shape: IntegerProduct.Shape
    private let source: ByteOperand
    private let weights: (isSigned: Bool, zeroPoints: [Int32], step: Int64)
    private let result: IntegerResult
    private let scales: [Float]
    private let depth: Int
    /// Where each row of a block begins; the first is also the only segment's offset, 0.
    private let offsets: [Int64]
    /// `nil` where weights come with every run and are packed in scratch memory.
    private let packed: AlignedMemory?

    init(_ shape: IntegerProduct.Shape, _ source: ByteOperand, _ weights: ByteWeights, _ result: IntegerResult) {
        self.shape = shape
        self.source = source
        self.weights = (weights.isSigned, weights.zeroPoints, weights.zeroPointStep)
        self.result = result
        scales = result.scales
        depth = (shape.k + 1) / 2 * 2
        offsets = (0..<Self.block).map { [depth] in Int64($0 * depth) }
        guard let constant = weights.constant else {
            packed = nil
            return
        }
        let memory = AlignedMemory(count: ck_packed_bytes(Int64(depth), Int64(shape.n)))
        packed = memory
        pack(constant, to: memory.base)
    }

    private static func aligned(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }
    private var packedBytes: Int { packed == nil ? Self.aligned(ck_packed_bytes(Int64(depth), Int64(shape.n))) : 0 }
    private var sourceBytes: Int { Self.aligned(Self.block * depth * MemoryLayout<Int16>.stride) }

    var scratchBytes: Int { packedBytes + sourceBytes + Self.block * shape.n * MemoryLayout<Int32>.stride }

    private func pack(_ values: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        let panels = target.assumingMemoryBound(to: Int16.self)
        ck_packed_clear(Int64(depth), Int64(shape.n), panels)
        weights.zeroPoints.withUnsafeBufferPointer {
            var matrix = shape.matrix(weights.isSigned, $0.baseAddress, weights.step)
            matrix.values = values
            ck_pack_matrix(&matrix, Int64(depth), 0, panels)
        }
    }

    func run(
        source values: UnsafeRawPointer, weights: UnsafeRawPointer?, bias: [Int32]?,
        destination: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer
    ) {
        let panels = packed?.base ?? scratch
        if packed == nil, let weights { pack(weights, to: panels) }
        let widened = (scratch + packedBytes).assumingMemoryBound(to: Int16.self)
        let sums = (scratch + packedBytes + sourceBytes).assumingMemoryBound(to: Int32.self)
        result.withDescription(bias: bias, scales: scales) { result in
            offsets.withUnsafeBufferPointer { offsets in
                for first in stride(from: 0, to: shape.m, by: Self.block) {
                    let rows = min(Self.block, shape.m - first)
                    widen(values, first, rows, to: widened)
                    var product = ck_row_product(
                        rows: Int64(rows), columns: Int64(shape.n), segments: 1, length: Int64(depth), a: widened,
                        row_offsets: offsets.baseAddress, segment_offsets: offsets.baseAddress,
                        packed: panels.assumingMemoryBound(to: Int16.self), sums: sums, sum_step: Int64(shape.n))
                    ck_multiply_rows(&product)
                    let target = destination + first * shape.n * self.result.width
                    ck_finish(result, Int64(rows), Int64(shape.n), sums, target)
                }
            }
        }
    }

    private func widen(_ values: UnsafeRawPointer, _ first: Int, _ rows: Int, to target: UnsafeMutablePointer<Int16>) {
        let strides = shape.sourceStrides
        withUnsafePointer(to: source.zeroPoint) {
            var matrix = ck_byte_matrix(
                values: values + first * strides.row, is_signed: source.isSigned, rows: Int64(rows),
                columns: Int64(shape.k), row_step: Int64(strides.row), column_step: Int64(strides.column),
                zero_points: $0, zero_point_step: 0)
            ck_widen_rows(&matrix, Int64(depth), target)
        }
    }
}

extension IntegerProduct.Shape {
    /// The weights in C's terms, without their values.
    fileprivate func matrix(
        _ isSigned: Bool, _ zeroPoints: UnsafePointer<Int32>?, _ step: Int64
    ) -> ck_byte_matrix {
        let strides = weightsStrides
        return ck_byte_matrix(
            values: nil, is_signed: isSigned, rows: Int64(k), columns: Int64(n), row_step: Int64(strides.row),
            column_step: Int64(strides.column), zero_points: zeroPoints, zero_point_step: step)
    }
}

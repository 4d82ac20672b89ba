internal import CKernels

/// The per-tensor grid of an 8-bit operand.
public struct OperandGrid: Sendable {
    public var scale: Float
    public var zeroPoint: Int32
    public init(scale: Float, zeroPoint: Int32) {
        self.scale = scale
        self.zeroPoint = zeroPoint
    }
}

/// A function of one 8-bit integer, as a table.
public struct ByteTable: Sendable {
    private let entries: [UInt8]

    /// `values` are the results' bytes for the 256 inputs, from the least on; the inputs are int8 or uint8.
    public init(_ values: [UInt8], inputIsSigned: Bool) {
        entries = inputIsSigned ? Array(values[128...] + values[..<128]) : values
    }

    /// The result for one input byte.
    public subscript(byte: UInt8) -> UInt8 { entries[Int(byte)] }

    /// Writes the results for `count` inputs to `y`, which may be `x`.
    public func run(_ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>, count: Int) {
        ck_lookup(x, 1, count, count, entries, y)
    }

    /// Writes the results for `rows` times `count` inputs to rows that begin `step` bytes apart.
    public func run(
        _ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>, rows: Int, of count: Int, step: Int
    ) {
        ck_lookup(x, rows, count, step, entries, y)
    }
}

/// Sum or product of two 8-bit tensors on grids, broadcast to the shape of the result, which has a grid of its own.
public struct GridArithmetic: Sendable {
    public enum Function: Sendable { case add, multiply }

    private let function: Function
    private let axes: MergedAxes
    private var grids: ck_grid_pair
    private let isEmpty: Bool

    /// All three are int8 or all uint8. Extents `a` and `b` must broadcast to `output`. O(rank).
    public init(
        _ function: Function, a: ([Int], OperandGrid), b: ([Int], OperandGrid), output: ([Int], OperandGrid), isSigned: Bool
    ) {
        self.function = function
        isEmpty = output.0.contains(0)
        let extents = output.0.contains(0) ? [] : output.0
        let axes = MergedAxes(
            extents: extents, strides: [a.0, b.0, output.0].map { MergedAxes.broadcastStrides($0, to: extents) })
        self.axes = axes
        let (first, second) = switch function {
        case .add: (a.1.scale / output.1.scale, b.1.scale / output.1.scale)
        case .multiply: (a.1.scale * b.1.scale / output.1.scale, Float(0))
        }
        grids = ck_grid_pair(
            step_a: axes.strides[0].last ?? 1, step_b: axes.strides[1].last ?? 1,
            row_a: axes.strides[0].dropLast().last ?? 0, row_b: axes.strides[1].dropLast().last ?? 0, ratio_a: first,
            ratio_b: second, zero_a: a.1.zeroPoint, zero_b: b.1.zeroPoint, zero_y: output.1.zeroPoint,
            is_signed: isSigned)
    }

    /// Computes all of `y`. O(elements).
    public func run(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
        if !isEmpty { walk(0, a, b, y) }
    }

    private func walk(
        _ axis: Int, _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>
    ) {
        if axis >= axes.extents.count - 2 {
            let count = axes.extents.last ?? 1, rows = axes.extents.count < 2 ? 1 : axes.extents[axis]
            return withUnsafePointer(to: grids) {
                switch function {
                case .add: ck_grid_add(a, b, y, rows, count, $0)
                case .multiply: ck_grid_multiply(a, b, y, rows, count, $0)
                }
            }
        }
        for index in 0..<axes.extents[axis] {
            walk(
                axis + 1, a + index * axes.strides[0][axis], b + index * axes.strides[1][axis],
                y + index * axes.strides[2][axis])
        }
    }
}

/// Softmax over 8-bit integers along one axis, with a table of exponentials.
public struct GridSoftmax: Sendable {
    private let exponentials: [Float]
    private let outer: Int, extent: Int, inner: Int
    private let levels: Float
    private let zeroPoint: Int32
    private let isSigned: Bool

    /// `exponentials[255 - d]` is e to `-d` steps of the input's grid, up to a common factor; `levels` is the integer that
    /// stands for 1. The tensor is seen as `[outer, extent, inner]`.
    public init(
        exponentials: [Float], outer: Int, extent: Int, inner: Int, levels: Float, zeroPoint: Int32, isSigned: Bool
    ) {
        self.exponentials = exponentials
        self.outer = outer
        self.extent = extent
        self.inner = inner
        self.levels = levels
        self.zeroPoint = zeroPoint
        self.isSigned = isSigned
    }

    /// Computes all of `y`. O(elements).
    public func run(_ x: UnsafePointer<UInt8>, _ y: UnsafeMutablePointer<UInt8>) {
        for block in 0..<outer {
            for column in 0..<inner {
                let start = block * extent * inner + column
                ck_grid_softmax(x + start, extent, inner, exponentials, levels, zeroPoint, isSigned, y + start)
            }
        }
    }
}

internal import GraphIR
internal import Kernels

/// A resizing of known extents: one pass along each axis that changes.
struct ResizePlan: Sendable {
    private struct Pass {
        var axis: Int
        var resampling: AxisResampling
        var outer: Int
        var inner: Int
        var destinationCount: Int { outer * resampling.destination * inner }
    }

    private var passes: [Pass] = []
    /// Rows and columns of images where both are interpolated linearly, which is done in one.
    private var bilinear: (images: Int, rows: AxisResampling, columns: AxisResampling)?
    /// Runs of the output that lie outside a cropped source, by element.
    private var outside: [Range<Int>] = []
    private let sourceCount: Int
    private let destinationCount: Int
    private let isSelection: Bool
    private let fill: Float

    /// `axes` has one entry a dimension.
    init(_ coordinates: ResizeCoordinates, _ axes: [ResizeCoordinates.Axis], fill: Float) throws {
        var extents = axes.map(\.source)
        let destination = axes.map(\.destination)
        sourceCount = try checkedProduct(extents)
        destinationCount = try checkedProduct(destination)
        isSelection = coordinates.mode == .nearest
        self.fill = fill
        guard destinationCount > 0 else { return }
        guard sourceCount > 0 else { throw OperatorFault.shape("an empty image cannot be resized") }
        let order = axes.indices.sorted {
            Double(axes[$0].destination) / Double(axes[$0].source)
                < Double(axes[$1].destination) / Double(axes[$1].source)
        }
        for axis in order where axes[axis].changes(coordinates) {
            let (resampling, out) = coordinates.resampling(axes[axis])
            let inner = try checkedProduct(extents[(axis + 1)...])
            if !resampling.isIdentity {
                let outer = try checkedProduct(extents[..<axis])
                passes.append(Pass(axis: axis, resampling: resampling, outer: outer, inner: inner))
            }
            extents[axis] = destination[axis]
            try checkedProduct(extents)
            let run = destination[(axis + 1)...].reduce(1, *)
            for block in 0..<(out.isEmpty ? 0 : destination[..<axis].reduce(1, *)) {
                let start = block * destination[axis]
                outside += out.map { (start + $0) * run..<(start + $0 + 1) * run }
            }
        }
        let last = passes.sorted { $0.axis < $1.axis }
        guard coordinates.mode == .linear, last.map(\.axis) == [axes.count - 2, axes.count - 1],
            last.allSatisfy({ $0.resampling.taps == 2 })
        else { return }
        bilinear = (axes.dropLast(2).reduce(1) { $0 * $1.source }, last[0].resampling, last[1].resampling)
    }

    /// The kernel for elements of one type.
    func kernel(_ type: ElementType) -> Kernel {
        if passes.isEmpty, outside.isEmpty { return .view() }
        if isSelection { return selection(type) }
        let largest = (passes.map(\.destinationCount) + [sourceCount]).max() ?? 0
        let width = MemoryLayout<Float>.stride
        return Kernel(scratchBytes: 2 * largest * width) { arguments in
            let first = arguments.scratch.bindMemory(to: Float.self, capacity: 2 * largest)
            switch type {
            case .uint8:
                ByteConversion.widen(arguments.input(0, as: UInt8.self), first, count: sourceCount)
                let result = resample(first, first + largest, first)
                ByteConversion.truncate(result, arguments.output(0, as: UInt8.self), count: destinationCount)
                fill(arguments.output(0, as: UInt8.self), UInt8(clamping: Int(fill)))
            case .int8:
                ByteConversion.widen(arguments.input(0, as: Int8.self), first, count: sourceCount)
                let result = resample(first, first + largest, first)
                ByteConversion.truncate(result, arguments.output(0, as: Int8.self), count: destinationCount)
                fill(arguments.output(0, as: Int8.self), Int8(clamping: Int(fill)))
            default:
                let output = arguments.output(0, as: Float.self)
                resample(arguments.input(0, as: Float.self), first, first + largest, last: output)
                fill(output, fill)
            }
        }
    }

    /// Runs all passes from `x`, through the two buffers by turns, the last into `last` where that is given. Returns
    /// where the result is.
    @discardableResult
    private func resample(
        _ x: UnsafePointer<Float>, _ even: UnsafeMutablePointer<Float>, _ odd: UnsafeMutablePointer<Float>,
        last: UnsafeMutablePointer<Float>? = nil
    ) -> UnsafePointer<Float> {
        if let bilinear {
            AxisResampling.bilinear(
                images: bilinear.images, rows: bilinear.rows, columns: bilinear.columns, from: x, to: last ?? even)
            return UnsafePointer(last ?? even)
        }
        var source = x
        for (number, pass) in passes.enumerated() {
            let buffer = number.isMultiple(of: 2) ? even : odd
            let target = number == passes.count - 1 ? last ?? buffer : buffer
            pass.resampling.resample(outer: pass.outer, inner: pass.inner, from: source, to: target)
            source = UnsafePointer(target)
        }
        if passes.isEmpty, let last { last.update(from: x, count: destinationCount) }
        return source
    }

    private func selection(_ type: ElementType) -> Kernel {
        let width = type.bits / 8, largest = (passes.dropLast().map(\.destinationCount).max() ?? 0) * width
        return Kernel(scratchBytes: 2 * largest) { arguments in
            var source = UnsafeRawPointer(arguments.input(0, as: UInt8.self))
            let output = UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self))
            for (number, pass) in passes.enumerated() {
                let buffer = arguments.scratch + (number.isMultiple(of: 2) ? 0 : largest)
                let target = number == passes.count - 1 ? output : buffer
                pass.resampling.select(outer: pass.outer, inner: pass.inner, width: width, from: source, to: target)
                source = UnsafeRawPointer(target)
            }
            if passes.isEmpty { output.copyMemory(from: source, byteCount: destinationCount * width) }
            switch type {
            case .float32: fill(arguments.output(0, as: Float.self), fill)
            case .uint8: fill(arguments.output(0, as: UInt8.self), UInt8(clamping: Int(fill)))
            case .int8: fill(arguments.output(0, as: Int8.self), Int8(clamping: Int(fill)))
            default: break
            }
        }
    }

    private func fill<T>(_ output: UnsafeMutablePointer<T>, _ value: T) {
        for run in outside { (output + run.lowerBound).update(repeating: value, count: run.count) }
    }
}

extension ResizeCoordinates.Axis {
    /// Whether resizing does anything along the axis.
    fileprivate func changes(_ coordinates: ResizeCoordinates) -> Bool {
        if coordinates.transformation == .tfCropAndResize { return true }
        return source != destination || scale != 1
    }
}

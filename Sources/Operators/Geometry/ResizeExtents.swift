internal import GraphIR

/// The output extents of a resizing, from scales or from sizes.
struct ResizeExtents {
    enum Aspect: String { case stretch, not_larger, not_smaller }

    private let shape: Shape
    private let axes: [Int]
    private let aspect: Aspect

    /// `axes` are those that scales and sizes speak of; `nil` for all.
    init(_ shape: Shape, axes: [Int]?, aspect: Aspect = .stretch) throws {
        self.shape = shape
        self.axes = try normalizedAxes(axes ?? Array(0..<shape.rank), rank: shape.rank)
        self.aspect = aspect
    }

    /// The output where the contents of scales or sizes are not known.
    var unknown: Shape {
        var dimensions = shape.dimensions
        for axis in axes { dimensions[axis] = .unknown }
        return Shape(dimensions)
    }

    /// Extents times scales, rounded down; the scales by axis.
    func scaled(_ given: [Float]) throws -> (output: Shape, scales: [Float]?) {
        try check(given.count, "scales")
        var scales = Array(repeating: Float(1), count: shape.rank), dimensions = shape.dimensions
        for (axis, scale) in zip(axes, given) {
            guard scale > 0, scale.isFinite else { throw OperatorFault.value("a scale is \(scale), expected above 0") }
            scales[axis] = scale
            guard let extent = dimensions[axis].value else {
                if scale != 1 { dimensions[axis] = .unknown }
                continue
            }
            dimensions[axis] = .known(try Self.extent((Float(extent) * scale).rounded(.down)))
        }
        return (Shape(dimensions), scales)
    }

    /// The sizes as they are, or shrunk or grown so that all axes scale alike; the scales that follow.
    func sized(_ given: [Int]) throws -> (output: Shape, scales: [Float]?) {
        try check(given.count, "sizes")
        for size in given where size < 0 || size > 1 << 24 { throw OperatorFault.value("a size is \(size)") }
        var dimensions = shape.dimensions
        for (axis, size) in zip(axes, given) { dimensions[axis] = .known(size) }
        guard let source = shape.extents else {
            return (aspect == .stretch ? Shape(dimensions) : unknown, nil)
        }
        for axis in axes where source[axis] == 0 { throw OperatorFault.shape("an empty image cannot be resized") }
        var scales = Array(repeating: Float(1), count: shape.rank)
        for (axis, size) in zip(axes, given) { scales[axis] = Float(size) / Float(source[axis]) }
        guard aspect != .stretch, !axes.isEmpty else { return (Shape(dimensions), scales) }
        let wanted = axes.map { scales[$0] }
        let common = (aspect == .not_larger ? wanted.min() : wanted.max()) ?? 1
        for axis in axes {
            scales[axis] = common
            dimensions[axis] = .known(try Self.extent((Float(source[axis]) * common).rounded(.toNearestOrAwayFromZero)))
        }
        return (Shape(dimensions), scales)
    }

    private func check(_ count: Int, _ name: String) throws(OperatorFault) {
        guard count == axes.count else {
            throw .shape("\(name) has \(count) values, expected \(axes.count), one an axis")
        }
    }

    private static func extent(_ value: Float) throws(OperatorFault) -> Int {
        guard value >= 0, value <= 0x1p24 else { throw .shape("an output extent would be \(value)") }
        return Int(value)
    }
}

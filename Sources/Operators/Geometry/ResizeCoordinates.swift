internal import GraphIR
internal import Kernels

/// Where a resized axis takes its values from: the coordinate and interpolation attributes of Resize.
struct ResizeCoordinates: Sendable {
    enum Mode: String { case nearest, linear, cubic }

    enum Transformation: String {
        case halfPixel = "half_pixel"
        case halfPixelSymmetric = "half_pixel_symmetric"
        case pytorchHalfPixel = "pytorch_half_pixel"
        case alignCorners = "align_corners"
        case asymmetric
        case tfHalfPixelForNN = "tf_half_pixel_for_nn"
        case tfCropAndResize = "tf_crop_and_resize"
    }

    enum Rounding: String {
        case preferFloor = "round_prefer_floor"
        case preferCeil = "round_prefer_ceil"
        case floor
        case ceil
    }

    /// One axis to resize.
    struct Axis {
        var source: Int
        var destination: Int
        /// Destination over source, as given or as it follows from the extents.
        var scale: Float
        /// The part of the source to crop to, in units of its extent.
        var region: (start: Float, end: Float) = (0, 1)
    }

    var mode = Mode.nearest
    var transformation = Transformation.asymmetric
    var rounding = Rounding.floor
    var cubicCoefficient: Float = -0.75
    var excludesOutside = false
    var antialiases = false

    /// What Upsample and the first Resize mean.
    init(mode: String) throws(OperatorFault) { self.mode = try Self.parse("mode", mode) }

    /// The attributes of Resize from opset 11 on.
    init(_ node: Node) throws(OperatorFault) {
        mode = try Self.parse("mode", node.string("mode") ?? "nearest")
        transformation = try Self.parse(
            "coordinate_transformation_mode", node.string("coordinate_transformation_mode") ?? "half_pixel")
        rounding = try Self.parse("nearest_mode", node.string("nearest_mode") ?? "round_prefer_floor")
        cubicCoefficient = node.float("cubic_coeff_a") ?? -0.75
        excludesOutside = (node.int("exclude_outside") ?? 0) != 0
        antialiases = (node.int("antialias") ?? 0) != 0 && mode != .nearest
    }

    private static func parse<T: RawRepresentable<String>>(_ name: String, _ text: String) throws(OperatorFault) -> T {
        guard let value = T(rawValue: text) else { throw .attribute(name, "is '\(text)'") }
        return value
    }

    /// The source coordinate of a destination position. The order of the operations decides which neighbour is nearest.
    private func coordinate(_ position: Int, _ axis: Axis) -> Float {
        let x = Float(position), last = Float(axis.source - 1), scale = axis.scale
        switch transformation {
        case .asymmetric: return x / scale
        case .halfPixel: return (x + 0.5) / scale - 0.5
        case .pytorchHalfPixel: return axis.destination > 1 ? (x + 0.5) / scale - 0.5 : 0
        case .tfHalfPixelForNN: return (x + 0.5) / scale
        case .alignCorners: return axis.destination == 1 ? 0 : x * last / Float(axis.destination - 1)
        case .halfPixelSymmetric:
            let adjustment = Float(axis.destination) / (scale * Float(axis.source))
            return Float(axis.source) / 2 * (1 - adjustment) + (x + 0.5) / scale - 0.5
        case .tfCropAndResize:
            let (start, end) = axis.region
            guard axis.destination > 1 else { return 0.5 * (start + end) * last }
            return start * last + x * (end - start) * last / Float(axis.destination - 1)
        }
    }

    /// The resampling along an axis, and the destination positions that lie outside the source, where a crop can have
    /// such. O(destination).
    func resampling(_ axis: Axis) -> (AxisResampling, outside: [Int]) {
        var positions: [Int] = [], weights: [Float] = [], outside: [Int] = []
        let taps = mode == .nearest ? 1 : support(axis).count
        for position in 0..<axis.destination {
            let x = coordinate(position, axis)
            guard x.isFinite, abs(x) < 1e9 else {
                outside.append(position)
                positions += Array(repeating: 0, count: taps)
                weights += Array(repeating: 0, count: taps)
                continue
            }
            if transformation == .tfCropAndResize, x < 0 || x > Float(axis.source - 1) { outside.append(position) }
            if mode == .nearest {
                positions.append(min(max(nearest(x), 0), axis.source - 1))
                weights.append(1)
            } else {
                let isPlain = mode == .linear && !antialiases && !excludesOutside
                let (p, w) = isPlain ? linear(x, axis) : interpolation(x, axis)
                positions += p
                weights += w
            }
        }
        return (AxisResampling(source: axis.source, positions: positions, weights: weights, taps: taps), outside)
    }

    private func nearest(_ x: Float) -> Int {
        switch rounding {
        case .floor: Int(x.rounded(.down))
        case .ceil: Int(x.rounded(.up))
        case .preferFloor: x - x.rounded(.down) == 0.5 ? Int(x.rounded(.down)) : Int((x + 0.5).rounded(.down))
        case .preferCeil: x - x.rounded(.down) == 0.5 ? Int(x.rounded(.up)) : Int((x + 0.5).rounded(.down))
        }
    }

    /// How much the filter widens where it also has to smooth.
    private func narrowing(_ axis: Axis) -> Float { antialiases ? min(axis.scale, 1) : 1 }

    /// The taps around the position at or below the coordinate.
    private func support(_ axis: Axis) -> ClosedRange<Int> {
        let reach: Float = mode == .linear ? 1 : 2
        let first = Int((-reach / narrowing(axis)).rounded(.down)) + 1
        return first...1 - first
    }

    /// The two neighbours and their weights; one half each where both are the last position. The same numbers in another
    /// order of operations would differ in their last bits.
    private func linear(_ x: Float, _ axis: Axis) -> ([Int], [Float]) {
        let x = min(max(x, 0), Float(axis.source - 1)), base = Int(x)
        let ratio = x - Float(base)
        guard base + 1 < axis.source else { return ([base, base], [0.5, 0.5]) }
        return ([base, base + 1], [1 - ratio, ratio])
    }

    /// Neighbours past the edge take the edge's value, or no weight at all where they are excluded.
    private func interpolation(_ x: Float, _ axis: Axis) -> ([Int], [Float]) {
        let base = Int(x.rounded(.down)), ratio = x - x.rounded(.down)
        var weights: [Float] = [], positions: [Int] = []
        for tap in support(axis) {
            let weight = kernel((Float(tap) - ratio) * narrowing(axis)), position = base + tap
            let isInside = (0..<axis.source).contains(position)
            weights.append(excludesOutside && !isInside ? 0 : weight)
            positions.append(min(max(position, 0), axis.source - 1))
        }
        let sum = weights.reduce(0, +)
        guard excludesOutside || antialiases, sum != 0 else { return (positions, weights) }
        return (positions, weights.map { $0 / sum })
    }

    private func kernel(_ distance: Float) -> Float {
        let x = abs(distance), a = cubicCoefficient
        if mode == .linear { return max(1 - x, 0) }
        if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
    }
}

internal import GraphIR
internal import Kernels

/// An image read at places that a grid gives, in units of half its extents from its centre.
struct GridSample: Operator {
    static let signature = OperatorSignature("GridSample", versions: 16...Int.max)
    private let mode: GridSampling.Mode
    private let outside: GridSampling.Outside
    private let alignCorners: Bool

    init(_ node: Node, opset: Int) throws {
        mode = try node.choice(
            "mode", [
                "bilinear": .linear, "linear": .linear, "nearest": .nearest, "bicubic": .cubic, "cubic": .cubic,
            ], default: .linear)
        outside = try node.choice(
            "padding_mode", ["zeros": .zeros, "border": .border, "reflection": .reflection], default: .zeros)
        alignCorners = try node.flag("align_corners")
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0), grid = try inputs.require(1)
        try x.require(.float32, input: 0)
        try grid.require(.float32, input: 1)
        guard let image = try x.spatialShape(input: 0), let places = grid.shape else { return [Facts(.float32, nil)] }
        guard places.rank == image.rank else {
            throw OperatorFault.rank(input: 1, got: places.rank, expected: "\(image.rank)")
        }
        if let axes = places[places.rank - 1].value, axes != image.rank - 2 {
            throw OperatorFault.shape("a place has \(axes) coordinates, an image \(image) \(image.rank - 2) axes")
        }
        if let batch = places[0].value, let other = image[0].value, batch != other {
            throw OperatorFault.shape("\(other) images have \(batch) grids")
        }
        return [Facts(.float32, Shape(Array(image.dimensions[..<2]) + places.dimensions[1..<(places.rank - 1)]))]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0).extents, count = outputs[0].extents[2...].reduce(1, *)
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        guard !x.contains(0) else { throw OperatorFault.shape("the image \(x) is empty") }
        let sampling = GridSampling(
            channels: x[1], source: Array(x[2...]), mode: mode, outside: outside, alignCorners: alignCorners)
        return Kernel {
            sampling.run($0.input(0), places: $0.input(1), $0.output(0), batch: x[0], count: count)
        }
    }
}

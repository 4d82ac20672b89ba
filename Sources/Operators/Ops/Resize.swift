internal import GraphIR
internal import Kernels

/// Resizes a tensor by nearest, linear or cubic interpolation, along any axes.
struct Resize: Operator {
    static let signature = OperatorSignature("Resize", versions: 10...Int.max)
    private let coordinates: ResizeCoordinates
    private let axes: [Int]?
    private let aspect: ResizeExtents.Aspect
    private let fill: Float
    /// Before opset 11 there were only data and scales.
    private let scalesIndex: Int

    init(_ node: Node, opset: Int) throws {
        coordinates = try opset < 11
            ? ResizeCoordinates(mode: node.string("mode") ?? "nearest") : ResizeCoordinates(node)
        scalesIndex = opset < 11 ? 1 : 2
        axes = node.ints("axes")
        let policy = node.string("keep_aspect_ratio_policy") ?? ResizeExtents.Aspect.stretch.rawValue
        guard let aspect = ResizeExtents.Aspect(rawValue: policy) else {
            throw OperatorFault.attribute("keep_aspect_ratio_policy", "is '\(policy)'")
        }
        self.aspect = aspect
        fill = node.float("extrapolation_value") ?? 0
        guard fill.isFinite, abs(fill) < 1e9 || coordinates.mode == .linear else {
            throw OperatorFault.attribute("extrapolation_value", "is \(fill)")
        }
    }

    private var needsRegion: Bool { coordinates.transformation == .tfCropAndResize }

    var valueInputs: [Int] { scalesIndex == 1 ? [1] : needsRegion ? [1, 2, 3] : [2, 3] }

    var role: QuantizationRole { coordinates.mode == .nearest ? .sharesGrid : .elementwise }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0)
        guard [8, 16, 32, 64].contains(x.elementType.bits) else {
            throw OperatorFault.elementType(input: 0, got: x.elementType)
        }
        if coordinates.mode != .nearest { try x.require(.float32, .uint8, .int8, input: 0) }
        guard let shape = x.shape else { return [Facts(x.elementType, nil)] }
        return [Facts(x.elementType, try extents(inputs, shape).output)]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        // Interpolation along rows and columns at once rounds differently from one axis after the other.
        coordinates.mode == .nearest ? inputs.elementwiseLayouts([0], outputs[0]) : [.planar]
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0)
        let (output, scales) = try extents(inputs, Shape(x.extents))
        guard let destination = output.extents, let scales else { throw OperatorFault.needsValue(input: scalesIndex) }
        let regions = try regions(inputs, rank: destination.count)
        let axes = x.layout.axes(rank: destination.count).map {
            ResizeCoordinates.Axis(
                source: x.extents[$0], destination: destination[$0], scale: scales[$0], region: regions[$0])
        }
        return try ResizePlan(coordinates, axes, fill: fill).kernel(x.elementType)
    }

    private func extents(_ inputs: Inputs, _ shape: Shape) throws -> (output: Shape, scales: [Float]?) {
        let scales = inputs[scalesIndex].flatMap { $0.elementCountIfKnown == 0 ? nil : $0 }
        let sizes = scalesIndex == 1 ? nil : inputs[3].flatMap { $0.elementCountIfKnown == 0 ? nil : $0 }
        let resize = try ResizeExtents(shape, axes: axes, aspect: aspect)
        if let sizes {
            try sizes.require(.int64, input: 3)
            guard let values = sizes.constant?.integers else { return (resize.unknown, nil) }
            return try resize.sized(values)
        }
        guard let scales else { throw OperatorFault.missingInput(scalesIndex) }
        try scales.require(.float32, input: scalesIndex)
        guard let values = scales.constant?.floats else { return (resize.unknown, nil) }
        return try resize.scaled(values)
    }

    /// The part of every axis to crop to.
    private func regions(_ inputs: Inputs, rank: Int) throws -> [(start: Float, end: Float)] {
        var regions = Array(repeating: (start: Float(0), end: Float(1)), count: rank)
        guard needsRegion else { return regions }
        guard let values = try inputs.require(1).constant?.floats else { throw OperatorFault.needsValue(input: 1) }
        let axes = try normalizedAxes(axes ?? Array(0..<rank), rank: rank)
        guard values.count == 2 * axes.count, values.allSatisfy(\.isFinite) else {
            throw OperatorFault.shape("roi has \(values.count) values, expected \(2 * axes.count) finite ones")
        }
        for (index, axis) in axes.enumerated() { regions[axis] = (values[index], values[axes.count + index]) }
        return regions
    }
}

extension Facts {
    fileprivate var elementCountIfKnown: Int? { knownExtents.map { $0.contains(0) ? 0 : 1 } }
}

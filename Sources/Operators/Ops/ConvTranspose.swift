internal import GraphIR
internal import Kernels

/// Transposed convolution over 1 to 3 spatial axes, with groups.
struct ConvTranspose: Operator {
    static let signature = OperatorSignature("ConvTranspose")
    private let geometry: ConvolutionGeometry
    private let outputPadding: [Int]?
    private let outputShape: [Int]?

    init(_ node: Node, opset: Int) throws {
        geometry = try ConvolutionGeometry(node)
        outputPadding = try SpatialWindow.extents(node, "output_padding", least: 0)
        outputShape = try SpatialWindow.extents(node, "output_shape", least: 1)
    }

    var role: QuantizationRole {
        .compute(ComputeRole(weightAxis: 1, bias: 2))
    }

    func infer(_ inputs: Inputs) throws -> [Facts] {
        let x = try inputs.require(0), w = try inputs.require(1)
        try x.require(.float32, input: 0)
        try w.require(.float32, input: 1)
        guard let data = try x.spatialShape(input: 0), let weights = try w.spatialShape(input: 1) else {
            return [Facts(.float32, nil)]
        }
        try check(data, weights)
        let maps = try weights[1].value.map { Dimension.known(try checkedProduct([$0, geometry.groups])) } ?? .unknown
        try requireBias(inputs[2], .float32, count: maps, input: 2)
        var dimensions = [data[0], maps] + Array(repeating: .unknown, count: data.rank - 2)
        guard let kernel = Shape(Array(weights.dimensions[2...])).extents ?? geometry.window.kernel else {
            return [Facts(.float32, Shape(dimensions))]
        }
        for (axis, dimension) in data.dimensions[2...].enumerated() {
            guard let extent = dimension.value else { continue }
            dimensions[axis + 2] = .known(try axisWindow(axis, extent, kernel: kernel).destination)
        }
        return [Facts(.float32, Shape(dimensions))]
    }

    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { [.channelsLast([0])] }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0), w = try inputs.require(1), hasBias = inputs[2] != nil
        guard outputs[0].elementCount > 0 else { return Kernel { _ in } }
        let data = x.extents, kernel = Array(w.extents[2...])
        try check(Shape(data), Shape(w.extents))
        let window = try geometry.window.resolved(kernel: kernel)
        let axes = try data[2...].enumerated().map { try axisWindow($0, $1, kernel: kernel) }
        var shape = ConvolutionShape(
            batch: data[0], groups: geometry.groups, sourceChannels: data[1],
            destinationChannels: outputs[0].extents[1], source: Array(data[2...]), kernel: kernel,
            destination: axes.map(\.destination), strides: window.strides, dilations: window.dilations,
            padsBegin: axes.map(\.padBegin), padsEnd: axes.map(\.padEnd))
        shape.isTransposed = true
        (shape.sourceLayout, shape.destinationLayout) = (x.layout, outputs[0].layout)
        let sums = try preparing { () throws(DNNFault) in
            try FloatSums(shape, bias: hasBias, weights: w.constant?.bytes.address)
        }
        return sums.kernel(bias: hasBias ? 2 : nil)
    }

    private func check(_ data: Shape, _ weights: Shape) throws {
        guard data.rank == weights.rank else {
            throw OperatorFault.shape("the input has \(data.rank) dimensions, the weight \(weights.rank)")
        }
        if let channels = data[1].value, let rows = weights[0].value, channels != rows {
            throw OperatorFault.shape("the input has \(channels) channels, the weight takes \(rows)")
        }
        if let channels = data[1].value, !channels.isMultiple(of: geometry.groups) {
            throw OperatorFault.shape("\(channels) channels do not divide into \(geometry.groups) groups")
        }
    }

    /// The output's extent along one axis and the padding cut off it, as the specification derives them.
    private func axisWindow(
        _ axis: Int, _ extent: Int, kernel: [Int]
    ) throws -> (destination: Int, padBegin: Int, padEnd: Int) {
        let window = try geometry.window.resolved(kernel: kernel)
        let rank = kernel.count
        guard axis < rank, extent >= 1, extent <= 1 << 31 else {
            throw OperatorFault.shape("a spatial extent of \(extent) is outside what a ConvTranspose takes")
        }
        func entry(_ values: [Int]?, _ name: String) throws -> Int? {
            guard let values else { return nil }
            guard values.count == rank || values.count == rank + 2 else {
                throw OperatorFault.attribute(name, "has \(values.count) values, expected \(rank)")
            }
            return values[values.count - rank + axis]
        }
        let extra = try entry(outputPadding, "output_padding") ?? 0
        let stride = window.strides[axis], full = (extent - 1) * stride + extra + window.span(axis)
        let wanted = try entry(outputShape, "output_shape")
            ?? (window.autoPad == .sameUpper || window.autoPad == .sameLower ? extent * stride : nil)
        guard let wanted else {
            let destination = full - window.padsBegin[axis] - window.padsEnd[axis]
            guard destination >= 1 else { throw OperatorFault.shape("the padding leaves nothing of the output") }
            return (destination, window.padsBegin[axis], window.padsEnd[axis])
        }
        guard wanted - full < stride else {
            throw OperatorFault.unsupported("an output \(wanted) wide where kernel and stride reach \(full)")
        }
        let cut = max(full - wanted, 0)
        let begin = window.autoPad == .sameUpper ? cut / 2 : cut - cut / 2
        return (wanted, begin, cut - begin)
    }
}

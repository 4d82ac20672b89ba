internal import GraphIR
internal import Kernels

/// What the convolutions have in common: data [batch, channels, spatial...], weights, a window over the spatial axes.
struct ConvolutionGeometry: Sendable {
    let window: SpatialWindow
    let groups: Int

    init(_ node: Node) throws {
        window = try SpatialWindow(node)
        groups = node.int("group") ?? 1
        guard (1...Int(Int32.max)).contains(groups) else {
            throw OperatorFault.attribute("group", "is \(groups), expected at least 1")
        }
    }

    /// The output's shape; `nil` where not enough is known of data `x` and weights `w`, which are the node's inputs
    /// `xIndex` and `wIndex`.
    func output(_ x: Facts, _ w: Facts, xIndex: Int = 0, wIndex: Int = 1) throws -> Shape? {
        guard let data = try x.spatialShape(input: xIndex) else {
            return try w.spatialShape(input: wIndex).map {
                Shape([.unknown, $0[0]] + Array(repeating: .unknown, count: $0.rank - 2))
            }
        }
        guard let weights = try w.spatialShape(input: wIndex) else {
            return Shape([data[0]] + Array(repeating: .unknown, count: data.rank - 1))
        }
        try check(data, weights)
        let unknown = Shape([data[0], weights[0]] + Array(repeating: .unknown, count: data.rank - 2))
        guard let kernel = kernel(weights) else { return unknown }
        let (_, destination) = try window.resolved(kernel: kernel).fitted(to: data.dimensions[2...])
        return Shape([data[0], weights[0]] + destination)
    }

    private func kernel(_ weights: Shape) -> [Int]? {
        Shape(Array(weights.dimensions[2...])).extents ?? window.kernel
    }

    private func check(_ data: Shape, _ weights: Shape) throws {
        guard data.rank == weights.rank else {
            throw OperatorFault.shape("the input has \(data.rank) dimensions, the weight \(weights.rank)")
        }
        if let channels = data[1].value, let each = weights[1].value {
            let (expected, overflow) = each.multipliedReportingOverflow(by: groups)
            guard !overflow, channels == expected else {
                throw OperatorFault.shape(
                    "the input has \(channels) channels, the weight takes \(each) in each of \(groups) groups")
            }
        }
        if let maps = weights[0].value, !maps.isMultiple(of: groups) {
            throw OperatorFault.shape("the weight's \(maps) maps do not divide into \(groups) groups")
        }
    }

    /// The convolution in the kernels' terms, all extents known.
    func bound(_ x: Facts, _ w: Facts, _ y: Facts) throws -> ConvolutionShape {
        let data = x.extents, weights = w.extents
        try check(Shape(data), Shape(weights))
        let (window, _) = try window.resolved(kernel: Array(weights[2...])).fitted(to: Shape(data).dimensions[2...])
        try checkedProduct(weights)
        var shape = ConvolutionShape(
            batch: data[0], groups: groups, sourceChannels: data[1], destinationChannels: weights[0],
            source: Array(data[2...]), kernel: window.kernel, destination: Array(y.extents[2...]),
            strides: window.strides, dilations: window.dilations, padsBegin: window.padsBegin,
            padsEnd: window.padsEnd)
        (shape.sourceLayout, shape.destinationLayout) = (x.layout, y.layout)
        return shape
    }
}

/// Throws unless `bias`, input number `index`, is a vector of `count` values of `type`.
func requireBias(_ bias: Facts?, _ type: ElementType, count: Dimension?, input index: Int) throws {
    guard let bias else { return }
    try bias.require(type, input: index)
    guard let shape = bias.shape else { return }
    guard shape.rank == 1 else { throw OperatorFault.rank(input: index, got: shape.rank, expected: "1") }
    if let have = shape[0].value, let want = count?.value, have != want {
        throw OperatorFault.shape("the bias has \(have) values, expected \(want)")
    }
}

internal import GraphIR
internal import Kernels

/// A pooling's window over its data: what MaxPool, AveragePool and LpPool have in common.
struct PoolingShapes: Sendable {
    let window: SpatialWindow

    init(_ node: Node) throws {
        window = try SpatialWindow(node)
        guard window.kernel != nil else { throw OperatorFault.attribute("kernel_shape", "is missing") }
    }

    /// The output's shape over data of `facts`; `nil` where the data's rank is not known.
    func output(_ facts: Facts) throws -> Shape? {
        guard let shape = try facts.spatialShape(input: 0) else { return nil }
        let (_, destination) = try resolved(shape).fitted(to: shape.dimensions[2...])
        return Shape(Array(shape.dimensions[..<2]) + destination)
    }

    /// The layouts in which a pooling of input 0 may run.
    static let layouts = [LayoutChoice.channelsLast([0]), .planar]

    /// The window in the kernels' terms, all extents known.
    func bound(_ source: Facts, _ destination: Facts) throws -> PoolingWindow {
        guard let shape = try source.spatialShape(input: 0) else { throw OperatorFault.needsValue(input: 0) }
        let (window, _) = try resolved(shape).fitted(to: shape.dimensions[2...])
        let extents = source.extents
        return PoolingWindow(
            batch: extents[0], channels: extents[1], layout: source.layout, source: Array(extents[2...]),
            kernel: window.kernel, destination: Array(destination.extents[2...]), strides: window.strides,
            dilations: window.dilations, padsBegin: window.padsBegin, padsEnd: window.padsEnd)
    }

    private func resolved(_ shape: Shape) throws -> ResolvedWindow {
        let kernel = window.kernel ?? []
        guard kernel.count == shape.rank - 2 else {
            throw OperatorFault.shape("kernel_shape is \(kernel), but the input has \(shape.rank - 2) spatial axes")
        }
        return try window.resolved(kernel: kernel)
    }
}

public import GraphIR
public import Kernels

extension ConvolutionShape {
    /// The shape of a Conv node over data and weights of these extents. Throws `OperatorFault` where they do not fit.
    public init(of node: Node, data: [Int], weights: [Int]) throws {
        let geometry = try ConvolutionGeometry(node)
        let x = Facts(.float32, extents: data), w = Facts(.float32, extents: weights)
        self = try geometry.bound(x, w, Facts(.float32, try geometry.output(x, w)))
    }
}

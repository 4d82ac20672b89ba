public import GraphIR

/// An integer grid: real = (q - zeroPoint) * scale, per tensor or along one axis.
public struct Grid: Sendable, Hashable {
    public var elementType: ElementType
    /// One scale, or one for each index of `axis`; all finite and greater than zero.
    public var scales: [Float]
    /// As many as `scales`, each in the range of `elementType`.
    public var zeroPoints: [Int]
    /// `nil` for one grid for the whole tensor.
    public var axis: Int?

    public init(_ elementType: ElementType, scales: [Float], zeroPoints: [Int], axis: Int? = nil) {
        self.elementType = elementType
        self.scales = scales
        self.zeroPoints = zeroPoints
        self.axis = axis
    }

    /// The grids along an axis of values that are divided by factors before this per-tensor grid takes them.
    func divided(by channels: Placement.ChannelScales) -> Grid {
        Grid(
            elementType, scales: channels.factors.map { max($0 * scales[0], Grid.leastScale) },
            zeroPoints: Array(repeating: zeroPoints[0], count: channels.factors.count), axis: channels.axis)
    }
}

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
}

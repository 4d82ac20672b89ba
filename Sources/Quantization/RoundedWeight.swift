public import GraphIR

/// A product's constant operands as they will be written, where they are not simply rounded to nearest.
public struct RoundedWeight: Sendable {
    public var grid: Grid
    /// The integers, laid out as the weight is.
    public var integers: Tensor
    /// One number a channel; `nil` leaves the bias as it is.
    public var bias: [Float]?
}

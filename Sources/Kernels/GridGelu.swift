internal import CKernels
public import GraphIR

/// x times the normal distribution function at x, from float32 to the nearest points of an 8-bit grid.
public struct GridGelu: Sendable {
    private let grid: OperandGrid
    private let type: ck_element
    private let count: Int

    /// `type` is int8 or uint8.
    public init(_ grid: OperandGrid, _ type: ElementType, count: Int) {
        self.grid = grid
        self.type = ck_element(UInt32(type.rawValue))
        self.count = count
    }

    /// Computes all of `y`. O(elements).
    public func run(_ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<UInt8>) {
        ck_gelu_to_grid(x, count, grid.scale, grid.zeroPoint, type, y)
    }
}

internal import CKernels

/// The sum of 8-bit results and another tensor of their type, each on a grid of its own, on a third: what `GridArithmetic`
/// computes, element by element.
public struct ByteSum: Sendable {
    let sum: ck_byte_sum
    let resultsComeFirst: Bool
    private let grids: ck_grid_pair

    /// `nil` where a sum might leave int32 before it is clamped.
    public init?(
        results: OperandGrid, others: OperandGrid, output: OperandGrid, resultsComeFirst: Bool, isSigned: Bool
    ) {
        let (a, b) = resultsComeFirst ? (results, others) : (others, results)
        var grids = ck_grid_pair(
            step_a: 1, step_b: 1, row_a: 0, row_b: 0, ratio_a: a.scale / output.scale, ratio_b: b.scale / output.scale,
            zero_a: a.zeroPoint, zero_b: b.zeroPoint, zero_y: output.zeroPoint, is_signed: isSigned)
        var sum = ck_byte_sum_of(&grids)
        guard ck_stays_within_integers(&sum) else { return nil }
        (self.sum, self.grids, self.resultsComeFirst) = (sum, grids, resultsComeFirst)
    }

    /// Adds `count` bytes; `target` may be `others`.
    func run(
        results: UnsafePointer<UInt8>, others: UnsafePointer<UInt8>, count: Int, target: UnsafeMutablePointer<UInt8>
    ) {
        let (a, b) = resultsComeFirst ? (results, others) : (others, results)
        withUnsafePointer(to: grids) { ck_grid_add(a, b, target, 1, count, $0) }
    }
}

internal import Kernels

/// Chooses each channel's weight scale by the rounding error that it causes at the output.
///
/// - Source: the search over clipping thresholds of LSQ-style initializations and of "Low-bit Quantization of Neural
///   Networks for Efficient Inference" (Choukroun et al., arXiv 1902.06822), section 4, here weighted by the data.
/// - Formula: minimizes sum over k of E[x_k²] (w_k - q_k)² over scales from 0.4 to 1 times the one without clipping.
enum WeightClipping {
    private static let factors: [Float] = (20..<50).map { Float($0) / 50 }

    /// `full` are the scales that clip nothing, one a column. O(candidates * weights).
    static func scales(_ weights: Matrix, importance: [Float], full: [Float], most: Int) -> [Float] {
        var best = full
        var least = RoundingKernels.roundingErrors(weights, importance: importance, scales: full, most: most)
        let tried = KernelThreads.map(factors.reversed()) { factor in
            let scales = full.map { max($0 * factor, Grid.leastScale) }
            return (scales, RoundingKernels.roundingErrors(weights, importance: importance, scales: scales, most: most))
        }
        for (scales, errors) in tried {
            for column in errors.indices where errors[column] < least[column] {
                (least[column], best[column]) = (errors[column], scales[column])
            }
        }
        return best
    }
}

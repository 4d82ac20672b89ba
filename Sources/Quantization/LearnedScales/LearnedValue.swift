internal import GraphIR
internal import Kernels

/// A value that goes to a grid while scales are being learned.
struct LearnedValue: Sendable {
    /// The value's name, and that of the group whose grid it shares.
    let name: String
    let group: String
    /// Whether readers that are not quantized see the value on its grid, too.
    let servesAllReaders: Bool
    /// The axis of the channels; a negative one counts from the end.
    let axis: Int
    let step: Float
    let low: Float
    let high: Float
    /// Whether rounding shifts the grid at random.
    let isDithered: Bool

    /// The grid for a tensor of these extents.
    private func grid(_ extents: [Int], _ parameters: ScaleParameters) -> LearnedGrid {
        let axis = axis < 0 ? max(extents.count + axis, 0) : min(axis, max(extents.count - 1, 0))
        let channels = extents.isEmpty ? 1 : extents[axis], step = step * parameters.scale(group)
        let multipliers = parameters.multipliers(name)
        let steps = multipliers.map { $0.map { step / $0 } } ?? Array(repeating: step, count: channels)
        return LearnedGrid(
            outer: extents.prefix(axis).reduce(1, *), inner: extents.dropFirst(axis + 1).reduce(1, *), steps: steps,
            low: low, high: high)
    }

    /// Rounds a tensor; the shift of each channel's grid is random where the value is dithered. O(n).
    func round(_ x: Tensor, _ parameters: ScaleParameters, _ random: inout SplitMix64) -> Tensor {
        let grid = grid(x.extents, parameters)
        let offsets = grid.steps.map { _ in isDithered ? random.offset() : 0 }
        return .floats(x.extents) { y in x.withFloats { grid.round($0, offsets: offsets, into: y) } }
    }

    /// The gradient by `x` where `gradient` is that by `y`, its rounded form; adds the slopes by what is learned.
    func passBack(
        _ gradient: Tensor, x: Tensor, y: Tensor, _ parameters: ScaleParameters, slopes: inout [Double]
    ) -> Tensor {
        let grid = grid(x.extents, parameters)
        var own = [Double](repeating: 0, count: grid.steps.count)
        let result = Tensor.floats(x.extents) { target in
            x.withFloats { x in
                y.withFloats { y in
                    gradient.withFloats { grid.passBack($0, x: x, y: y, into: target, slopes: &own) }
                }
            }
        }
        if let index = parameters.scales[group] { slopes[index] += own.reduce(0, +) }
        if let range = parameters.factors[name] { for (index, slope) in zip(range, own) { slopes[index] -= slope } }
        return result
    }
}

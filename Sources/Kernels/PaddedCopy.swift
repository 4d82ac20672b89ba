internal import CKernels

/// A copy in which every target axis is put together from runs of the source's: padding and cropping in every mode.
public struct PaddedCopy: Sendable {
    /// `count` target positions that read `source`, `source + step`, ...; a negative `source` is the fill value.
    public struct Run: Sendable, Hashable {
        public var count: Int
        public var source: Int
        public var step: Int

        public init(count: Int, source: Int, step: Int = 1) {
            self.count = count
            self.source = source
            self.step = step
        }

        public static func fill(_ count: Int) -> Run { Run(count: count, source: -1, step: 0) }
    }

    private let axes: [ck_run_axis]
    private let runs: [ck_run]
    private let width: Int

    /// `runs` has the runs of each axis, which lead to positions inside of `sourceExtents` only; elements have `width`
    /// bytes (1, 2, 4, 8 or 16). O(runs).
    public init(runs: [[Run]], sourceExtents: [Int], width: Int) {
        self.width = width
        var axes: [ck_run_axis] = []
        var flat: [ck_run] = []
        var source = width
        var target = width
        for (axis, axisRuns) in runs.enumerated().reversed() {
            let kept = axisRuns.filter { $0.count > 0 }
            axes.append(ck_run_axis(first_run: flat.count, run_count: kept.count, source: source, target: target))
            flat += kept.map { ck_run(count: $0.count, source: $0.source, step: $0.step) }
            source *= max(sourceExtents[axis], 1)
            target *= max(kept.reduce(0) { $0 + $1.count }, 1)
        }
        while let last = axes.first, axes.count > 1, last.source == last.target, last.run_count == 1,
            flat[last.first_run].source == 0, flat[last.first_run].step == 1,
            axes[1].source == flat[last.first_run].count * last.source
        {
            axes.removeFirst()
        }
        self.axes = axes.reversed()
        self.runs = flat
    }

    /// Copies; `fill` is one element. The arrays must not overlap.
    public func run(from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, fill: UnsafeRawPointer) {
        if axes.isEmpty { return target.copyMemory(from: source, byteCount: width) }
        axes.withUnsafeBufferPointer { axes in
            runs.withUnsafeBufferPointer { runs in
                ck_copy_runs(
                    source, target, axes.baseAddress, Int32(axes.count), runs.baseAddress, fill, Int32(width))
            }
        }
    }
}

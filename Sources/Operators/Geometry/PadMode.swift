import GraphIR
import Kernels

/// Where a padded position outside of the input takes its element from.
enum PadMode: String, Sendable {
    case constant, reflect, edge, wrap

    /// The `mode` attribute; throws `OperatorFault.attribute`.
    init(_ node: Node) throws {
        let name = node.string("mode") ?? "constant"
        guard let mode = PadMode(rawValue: name) else {
            throw OperatorFault.attribute("mode", "'\(name)' is not a mode")
        }
        self = mode
    }

    /// The output positions `-before ..< extent + after` of an axis of `extent` elements as runs. The caller has
    /// checked that there are none too many. Throws `OperatorFault.shape` where there is nothing to take an element
    /// from, `.unsupported` for pads thousands of times the extent that would not repeat one element.
    func runs(extent: Int, before: Int, after: Int) throws -> [PaddedCopy.Run] {
        let end = extent + after
        if extent == 0, self != .constant, end + before > 0 {
            throw OperatorFault.shape("mode '\(rawValue)' has nothing to pad an empty axis with")
        }
        var runs: [PaddedCopy.Run] = []
        var position = -before
        while position < end {
            var run = run(at: position, extent: extent)
            run.count = min(run.count, end - position)
            runs.append(run)
            position += run.count
            guard runs.count < 1 << 20 else {
                throw OperatorFault.unsupported("pads of \(before) and \(after) around \(extent) elements")
            }
        }
        return runs
    }

    /// The run that begins at `position`, as long as it goes on one way.
    private func run(at position: Int, extent: Int) -> PaddedCopy.Run {
        if position >= 0, position < extent { return .init(count: extent - position, source: position) }
        let rest = position < 0 ? -position : Int.max
        switch self {
        case .constant: return .fill(rest)
        case .edge: return .init(count: rest, source: position < 0 ? 0 : extent - 1, step: 0)
        case .wrap:
            let source = (position % extent + extent) % extent
            return .init(count: extent - source, source: source)
        case .reflect:
            if extent == 1 { return .init(count: rest, source: 0, step: 0) }
            let period = 2 * (extent - 1)
            let phase = (position % period + period) % period
            if phase < extent - 1 { return .init(count: extent - 1 - phase, source: phase) }
            return .init(count: period - phase, source: period - phase, step: -1)
        }
    }
}

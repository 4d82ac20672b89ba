internal import Calibration
internal import GraphIR
internal import Kernels

/// Chooses the integers and the bias of one product so that its output, from quantized data, comes close to float.
///
/// Each method is judged on rows it has not seen, those of the last samples: where rounding to nearest does better there,
/// it stays.
struct Reconstruction {
    private static let heldBack = JudgedSamples.heldBack
    let methods: Set<AccuracyMethod>

    /// The ways to round that are asked for, one after the other.
    var roundings: [Rounding] { Rounding.allCases.filter { !methods.isDisjoint(with: $0.methods) } }

    /// The methods that are at work in a way to round, for reports.
    func step(_ rounding: Rounding) -> String {
        rounding.methods.filter(methods.contains).map(\.rawValue).joined(separator: " and ")
    }

    /// The most rows to take of a product whose sums run over `inner` numbers: many where they cost little. With long sums
    /// the damping makes up for those that are missing.
    static func rowLimit(_ inner: Int) -> Int { inner <= 256 ? 8192 : inner <= 1024 ? 2048 : 1024 }

    /// The weight for each way to round; none where it stays rounded to nearest and its bias as it is.
    ///
    /// `leastScales`, one a channel, leave room for the int32 bias.
    func reconstruct(
        _ layer: TwinRun.Layer, weight: Tensor, placed: Grid, leastScales: [Float]
    ) -> [Rounding: RoundedWeight] {
        guard let rows = ProductRows(layer, weight: weight, most: Self.rowLimit) else { return [:] }
        let movesBias = layer.product.role.bias != nil && methods.contains(.biasCorrection)
        let roundings = roundings, rounds = roundings.contains(.secondOrder)
        var parts = [Rounding: Parts]()
        for group in 0..<rows.groups {
            let fit = GroupFit(rows, group: group, movesBias: movesBias, rounds: rounds, heldBack: Self.heldBack)
            let least = leastScales.isEmpty
                ? Array(repeating: 0, count: rows.channels)
                : Array(leastScales[group * rows.channels..<(group + 1) * rows.channels])
            let scales = zip(rows.scales(placed, group: group), least).map { max($0, $1) }
            let candidates = round(fit, scales: scales, least: least, most: placed.elementType.largestWeight)
            for (rounding, candidate) in candidates where roundings.contains(rounding) {
                parts[rounding, default: Parts(weight.elementCount)].add(
                    candidate, rows, group: group, bias: movesBias ? fit.bias(candidate.integers, candidate.scales) : [])
            }
        }
        return parts.mapValues {
            $0.weight(placed.elementType, extents: weight.extents, axis: layer.product.weightAxis)
        }
    }

    /// The integers and scales of one group.
    private struct Candidate {
        var integers: [Int8]
        var scales: [Float]
    }

    /// What the groups of a product give, put together.
    private struct Parts {
        private var integers: [Int8]
        private var scales: [Float] = []
        private var bias: [Float] = []

        init(_ count: Int) { integers = Array(repeating: 0, count: count) }

        mutating func add(_ candidate: Candidate, _ rows: ProductRows, group: Int, bias: [Float]) {
            rows.store(candidate.integers, group: group, into: &integers)
            scales += candidate.scales
            self.bias += bias
        }

        func weight(_ type: ElementType, extents: [Int], axis: Int) -> RoundedWeight {
            let grid = Grid(type, scales: scales, zeroPoints: Array(repeating: 0, count: scales.count), axis: axis)
            return RoundedWeight(
                grid: grid, integers: Tensor(integers, extents, of: type), bias: bias.isEmpty ? nil : bias)
        }
    }

    private func round(
        _ fit: GroupFit, scales: [Float], least leastScales: [Float], most: Int
    ) -> [Rounding: Candidate] {
        let chosen = methods.contains(.weightClipping)
            ? zip(WeightClipping.scales(fit.weights, importance: fit.energies, full: scales, most: most), leastScales)
                .map { max($0, $1) } : scales
        var best = nearest(fit, scales, most)
        var least = fit.heldBackError(best.integers, best.scales)
        func consider(_ candidate: Candidate) {
            let error = fit.heldBackError(candidate.integers, candidate.scales)
            guard error < least else { return }
            (best, least) = (candidate, error)
        }
        if chosen != scales { consider(nearest(fit, chosen, most)) }
        let atNearest = best
        if let integers = fit.rounding?.round(fit.weights, scales: chosen, most: most) {
            consider(Candidate(integers: integers, scales: chosen))
        }
        return [.nearest: atNearest, .secondOrder: best]
    }

    private func nearest(_ fit: GroupFit, _ scales: [Float], _ most: Int) -> Candidate {
        Candidate(integers: RoundingKernels.nearest(fit.weights, scales: scales, most: most), scales: scales)
    }
}

/// How the weights of a product are rounded.
enum Rounding: CaseIterable {
    /// Each to its nearest integer.
    case nearest
    /// One after the other, later ones making up for earlier ones.
    case secondOrder

    /// Any of these asks for it; it may have its bias and its scales moved as well.
    var methods: [AccuracyMethod] {
        switch self {
        case .nearest: [.biasCorrection, .weightClipping]
        case .secondOrder: [.secondOrderRounding]
        }
    }
}

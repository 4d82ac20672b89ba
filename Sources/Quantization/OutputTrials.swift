public import Calibration
public import GraphIR
internal import Passes

/// One factor for each index of an axis; a negative axis counts from the end.
public struct ChannelFactors: Sendable, Hashable {
    public var axis: Int
    public var factors: [Float]
}

/// The model that quantization has come to so far, and the samples by which steps are taken or left.
///
/// A step stays only if it brings the outputs closer to float on the samples judged by, `JudgedSamples`.
public struct OutputTrials {
    /// A way to quantize the model.
    public struct Variant {
        public var model: Model
        public var placement: Placement
        public var grids: [String: Grid]
        /// What works on activations of 16 bits.
        public var wide = WideActivations()
        /// What the channels of values were divided by, other than in the float model.
        public internal(set) var divided: [String: ChannelFactors] = [:]
        /// What was done for that.
        var scalings: [Scaling] = []

        public init(model: Model, placement: Placement, grids: [String: Grid]) {
            self.model = model
            self.placement = placement
            self.grids = grids
        }

        /// The same with every weight rounded to nearest and every bias as it was.
        public var roundedToNearest: Variant {
            var result = self
            for position in placement.products.keys { result.placement.products[position]?.rounded = nil }
            return result
        }

        /// The same placed anew, with fewer nodes on integers: what then leads a group has the grid of the one it was in.
        /// `nil` where a value would need a grid that was never chosen. O(values).
        func placed(by placement: Placement) -> Variant? {
            var result = self
            result.placement = placement
            for (name, value) in placement.values where grids[value.group] == nil {
                guard let group = self.placement.values[name]?.group, let grid = grids[group] else { return nil }
                result.grids[value.group] = grid
                result.wide.grids[value.group] = wide.grids[group]
            }
            return placement.constants.allSatisfy { grids[$0] != nil } ? result : nil
        }

        /// The same with what was chosen for the weights of `other`, a variant of the same model, where its products
        /// have the same ones.
        public func withWeights(of other: Variant) -> Variant {
            var result = self
            for (position, product) in other.placement.products {
                let weights = [model, other.model].map { $0.graph.initializers[product.weight]?.bytes }
                guard weights[0] === weights[1] else { continue }
                result.placement.products[position] = product
            }
            return result
        }
    }

    public private(set) var best: Variant
    /// What each step considered brought in dB, by name; 0 or less where it was left.
    public private(set) var gains: [(step: String, gain: Double)] = []
    private var least: OutputError.Noise
    private let judge: OutputError
    /// All samples that steps work on, those held back at the end; none once the last step has begun.
    var samples: [Sample]
    /// The samples to fit to.
    var fitted: ArraySlice<Sample> { samples.prefix(JudgedSamples.fitted(of: samples.count)) }

    /// `known` may have what the float model gives. Throws the errors of sampling and running.
    public init(_ variant: Variant, source: SampleSource, known: FloatValues? = nil) throws {
        let chosen = TrialSamples(of: source)
        var samples: [Sample] = [], done = 0
        while let sample = try source.next() {
            if chosen.place(of: done) != nil { samples.append(sample) }
            done += sample.count
        }
        try self.init(variant, samples: samples, known: known)
    }

    init(_ variant: Variant, samples: [Sample], known: FloatValues? = nil) throws {
        self.samples = samples
        best = variant
        judge = try OutputError(variant.model, samples: samples.map(\.values), known: known)
        least = try judge.measure(Self.written(variant).model)
    }

    /// The signal-to-noise ratio in dB on the samples held back, which nothing was fitted to.
    public var ratio: Double { -least.heldBack }

    /// By how many dB the outputs of `variant` are closer to float. Throws the errors of running.
    func gain(of variant: consuming Variant) throws -> Double { least.whole - (try noise(of: variant).whole) }

    /// Takes `variant` where its outputs are closer to float, with `onHeldBack` on the samples held back as well, as what
    /// can overfit must be. Returns by how many dB; 0 or less means it was left. It is made once to be written, and again
    /// to be kept: its weights need not lie beside those of the model that runs. Throws the errors of running.
    @discardableResult
    public mutating func consider(
        _ variant: @autoclosure () -> Variant, _ step: String, onHeldBack: Bool = false
    ) throws -> Double {
        let noise = try noise(of: variant()), whole = least.whole - noise.whole
        let worth = onHeldBack ? min(whole, least.heldBack - noise.heldBack) : whole
        let gain = worth > 0 ? whole : worth
        gains.append((step, gain))
        guard gain > 0 else { return gain }
        (best, least) = (variant(), noise)
        return gain
    }

    /// Takes `variant`, which `step` has found to bring `gain` dB, or leaves it where that is 0 or less. Throws the errors of
    /// running.
    public mutating func take(_ variant: Variant, gain: Double, _ step: String) throws {
        gains.append((step, gain))
        if gain > 0 { try restart(at: variant) }
    }

    /// Starts again at `variant`, whatever it is worth. Throws the errors of running.
    mutating func restart(at variant: Variant) throws {
        (best, least) = (variant, try noise(of: variant))
    }

    /// The noise-to-signal ratio of a variant on the samples judged by, in dB. Throws the errors of running.
    func noise(of variant: consuming Variant) throws -> OutputError.Noise {
        let divided = variant.divided, model = Self.written(variant).model
        _ = consume variant
        return try judge.measure(model, divided: divided)
    }

    /// The model to write, and notes on what had to give way.
    public static func written(_ variant: Variant) -> (model: Model, notes: [String]) {
        var (model, notes) = Rewriter.rewrite(variant)
        _ = RemoveDeadNodes().run(&model)
        return (model, notes)
    }
}

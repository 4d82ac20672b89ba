public import Calibration
public import GraphIR

/// Operators that work on activations of 16 bits, and the grids for that.
///
/// Such an operator has 16 bits at all its inputs and outputs; its weight stays as it is.
public struct WideActivations: Sendable {
    /// The least operator set in which QuantizeLinear and DequantizeLinear have 16 bits.
    public static let leastOpset = 21

    /// By how much a grid exceeds what the samples show. Unseen samples go further, and 16 bits have some to spare.
    private static let room: Float = 1.5

    /// By position; operators that only move values or clip them go with their neighbours and need not be here.
    public var nodes: Set<Int> = []
    /// By group of `Placement.values`, and by name for `Placement.constants`.
    public var grids: [String: Grid] = [:]

    public init() {}

    /// Grids of `type`, uint16 or int16, for all that `variant` has on grids, and no operators yet.
    ///
    /// Ranges are the extremes seen in one pass over `source`, and half as much again. Throws the errors of running and
    /// sampling, and `CalibrationFault`.
    public init(
        for variant: OutputTrials.Variant, _ type: ElementType, from source: SampleSource,
        progress: (Double) -> Void = { _ in }
    ) throws {
        let placement = variant.placement
        source.rewind()
        let seen = try Calibrator.collect(
            variant.model, values: placement.observedValues, from: source, histograms: false, progress: progress)
        var ranges = seen.compactMapValues { $0.range?.scaled(by: Self.room) }
        for value in placement.values.values { if let fixed = value.fixedRange { ranges[value.group] = fixed } }
        ranges.merge(ActivationGrids.constantRanges(placement, variant.model.graph)) { $1 }
        grids = ranges.mapValues { type == .int16 ? .symmetric($0, type) : .asymmetric($0, type) }
    }
}

extension ClosedRange<Float> {
    fileprivate func scaled(by factor: Float) -> ClosedRange<Float> {
        let most = Float.greatestFiniteMagnitude / 4
        func scaled(_ bound: Float) -> Float { Swift.min(Swift.max(bound * factor, -most), most) }
        return scaled(lowerBound)...scaled(upperBound)
    }
}

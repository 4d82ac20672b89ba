public import GraphIR

/// Samples from a file or folder, one after the other; nothing but the next sample is held in memory.
///
/// A path holds samples in one of these ways:
/// - `.npz`: one array for each model input, under its name; an array called `label` holds labels.
/// - `.npy`: the array of a model's only input.
/// - a folder of `.npy` files named after the inputs: as an `.npz`.
/// - a folder of other `.npz` and `.npy` files: each as above, all one after the other, in the order of their names.
/// - a folder in the ONNX layout: `test_data_set_<n>/input_<i>.pb`, or the `input_<i>.pb` themselves; each set is one
///   sample, and its tensors are fed as they are.
///
/// The leading axis of an array counts samples. Elements of another numeric type are converted to the input's.
public final class SampleSource {
    /// The samples `next` gives in all.
    public let count: Int

    /// The bytes of one sample as it is fed, all inputs together.
    public let sampleBytes: Int

    /// Whether samples are inflated as they are read, which takes much longer than reading.
    public let isCompressed: Bool

    private let inputs: [ValueInfo]
    private let parts: [SamplePart]
    /// The most samples that `next` gives at once, where the model does not fix their number.
    public private(set) var batch: Int
    /// The number of samples that the model takes at once where it takes no other.
    private let fixedBatch: Int
    /// The most samples that `next` gives at once.
    public var atOnce: Int { max(batch, fixedBatch) }
    private var position = 0
    private var given = 0
    private var current: (any SampleReader)?

    /// Opens `path` and checks names, types and extents of all it holds. `inputs` are those a caller must give
    /// (`Graph.requiredInputs`). `limit` is the most samples to give, `batch` the most to give at once where the
    /// model's leading dimensions are free; `nil` leaves the choice to the size of the samples. Where they are fixed,
    /// their number is given at once. Arrays must hold finite values; so must ONNX tensors, unless
    /// `tensorsAsTheyAre`. Throws `SampleFault`.
    public static func open(
        _ path: String, inputs: [ValueInfo], limit: Int? = nil, batch: Int? = 1, tensorsAsTheyAre: Bool = false
    ) throws -> SampleSource {
        if let input = inputs.first(where: { if case .other? = $0.type { true } else { false } }) {
            throw SampleFault.unsupported(place: path, "the model's input '\(input.name)' is no tensor")
        }
        let parts = try SamplePart.find(path, inputs: inputs, mustBeFinite: !tensorsAsTheyAre)
        var survey = SampleSurvey()
        for part in parts { try survey.add(try part.open(inputs), place: part.place) }
        guard survey.count > 0 else { throw SampleFault.noSamples(path) }
        let count = limit.map { survey.atMost($0) } ?? survey.count
        return SampleSource(inputs, parts, survey, count: count, batch: batch ?? survey.smallBatch(count))
    }

    private init(_ inputs: [ValueInfo], _ parts: [SamplePart], _ survey: SampleSurvey, count: Int, batch: Int) {
        self.inputs = inputs
        self.parts = parts
        self.count = count
        self.batch = survey.isFree ? max(batch, 1) : 1
        (fixedBatch, sampleBytes, isCompressed) = (survey.fixedBatch, survey.sampleBytes, survey.isCompressed)
    }

    /// The next samples to feed at once; `nil` at the end. Throws `SampleFault`.
    public func next() throws -> Sample? {
        while given < count, position < parts.count {
            let reader = try current ?? parts[position].open(inputs)
            current = reader
            if let sample = try reader.next(min(batch, count - given)) {
                given += sample.count
                return sample
            }
            current = nil
            position += 1
        }
        return nil
    }

    /// Starts again at the first sample; from then on at most `batch` are given at once, where it is not `nil`.
    public func rewind(batch: Int? = nil) {
        self.batch = max(batch ?? self.batch, 1)
        position = 0
        given = 0
        current = nil
    }
}

/// Gives the samples of one part of a source in order.
protocol SampleReader: AnyObject {
    /// The samples of the part.
    var count: Int { get }
    /// The number of samples the model takes at once; `nil` where it takes any number.
    var fixedBatch: Int? { get }
    /// At most `wanted` samples, or as many as the model's fixed batch; `nil` at the end.
    func next(_ wanted: Int) throws -> Sample?
    /// The bytes of one sample as it is fed, all inputs together.
    var sampleBytes: Int { get }
    /// Whether a sample is inflated as it is read.
    var isCompressed: Bool { get }
}

public import GraphIR

/// What is wrong with samples, or with the file or folder that holds them. `place` is a path, with the member of an
/// archive behind it where there is one.
public enum SampleFault: Error, Sendable, Hashable {
    /// Nothing lies at the path.
    case missing(String)
    /// The system refused to open or read the file; the number is `errno`.
    case unreadable(String, errno: Int32)
    /// Neither `.npz`, `.npy` nor a folder of samples.
    case unknownFormat(String)
    /// A folder without samples, or arrays whose leading extent is 0.
    case noSamples(String)
    /// The bytes break their format; the text says how.
    case malformed(place: String, String)
    /// The format allows it and this program does not read it; the text says what and what to do.
    case unsupported(place: String, String)
    /// No array for a model input.
    case missingArray(input: String, place: String, present: [String])
    /// An array, or a tensor of a test data set, that no model input takes.
    case unknownArray(String, place: String, inputs: [String])
    /// An array of a type that cannot become the input's.
    case elementType(input: String, place: String, got: String, wanted: String)
    /// An array whose extents, sample axis included, do not fit the input's shape.
    case shape(input: String, place: String, got: [Int], wanted: Shape)
    /// Two arrays hold different numbers of samples.
    case count(array: String, Int, other: String, Int, place: String)
    /// The samples do not fill the batches that the model's fixed batch dimension asks for.
    case batch(place: String, count: Int, batch: Int)
    /// NaN or an infinity; `sample` counts from 0.
    case notFinite(input: String, sample: Int, place: String)
    /// A value that the input's element type does not have; `sample` counts from 0.
    case value(String, input: String, sample: Int, place: String, wanted: ElementType)
}

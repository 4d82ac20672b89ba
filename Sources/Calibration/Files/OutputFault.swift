/// Why an output could not be written.
public enum OutputFault: Error, Sendable, Hashable {
    /// The system refused; the number is `errno`.
    case cannotWrite(String, errno: Int32)
    /// Something that is not replaced lies at the path; the text says what.
    case occupied(String, by: String)
    /// An output's name is too long for a member of an archive.
    case nameTooLong(String)
    /// An output of a sample has other extents than that of the samples before.
    case extentsDiffer(output: String, first: [Int], later: [Int], sample: Int)
}

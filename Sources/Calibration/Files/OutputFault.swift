/// Why what a model gives cannot be written as it was asked for.
public enum OutputFault: Error, Sendable, Hashable {
    /// A folder that holds something else lies where the outputs go.
    case folderInUse(String)
    /// An output's name is too long for a member of an archive.
    case nameTooLong(String)
    /// An output has other extents in a later sample (counted from 0) than in the first, so that one array cannot hold it.
    case extentsDiffer(output: String, first: [Int], later: [Int], sample: Int)
}

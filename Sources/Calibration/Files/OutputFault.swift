public import GraphIR

/// Why what a model gives cannot be written as it was asked for.
public enum OutputFault: Error, Sendable, Hashable {
    /// Something that is not a folder lies where a folder of outputs goes.
    case notAFolder(String)
    /// The folder that outputs go to holds something that is no output.
    case folderInUse(String, holds: String)
    /// An output's name is too long for a member of an archive.
    case nameTooLong(String)
    /// NumPy has no elements of the output's type.
    case noNumpyType(String, ElementType)
    /// An output has other extents in a later sample (counted from 0) than in the first, so that one array cannot
    /// hold it.
    case extentsDiffer(output: String, first: [Int], later: [Int], sample: Int)
}

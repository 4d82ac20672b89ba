/// How the program ends, as `sysexits.h` numbers it where that has a word for it.
public enum ExitCode: Int32, Error, Sendable {
    case done = 0
    /// A tolerance was missed.
    case toleranceMissed = 1
    case usage = 64
    /// The model or the data is bad.
    case badData = 65
    case missingFile = 66
    /// A fault of onnxq itself.
    case internalFault = 70
    case cannotWrite = 73
}

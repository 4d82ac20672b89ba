import CONNXChecker
public import GraphIR

/// What libonnx says of a model.
public enum CheckResult: Sendable, Hashable {
    case valid
    /// The library's own words.
    case invalid(String)
    case notChecked(UncheckedReason)
}

/// Why libonnx was not asked, or gave no answer.
public enum UncheckedReason: Sendable, Hashable {
    case opset(Int, highest: Int)
    case irVersion(Int, highest: Int)
    /// In bytes; libonnx reads less than 2 GiB.
    case tooLarge(Int)
    case libraryFailed(String)
}

/// Why libonnx did not give a model back.
public enum LibraryFault: Error, Sendable, Hashable {
    /// It does not know that version of the ONNX operator set.
    case opset(Int, highest: Int)
    /// It refuses the model; the text is its own.
    case refused(String)
    /// It crashed.
    case failed(String)
}

/// The ONNX project's own library, libonnx. It runs in a process of its own, so that no model can crash the caller.
public enum ONNXLibrary {
    /// The newest version of the ONNX operator set that the library knows.
    public static let highestOpset = Int(connx_highest_opset())
    /// The newest version of the file format that the library knows.
    public static let highestIRVersion = Int(connx_highest_ir_version())

    /// Checks a model against the format's rules and the operators' schemas.
    public static func check(_ model: Model) throws -> CheckResult {
        guard model.opset <= highestOpset else {
            return .notChecked(.opset(model.opset, highest: highestOpset))
        }
        guard model.irVersion <= highestIRVersion else {
            return .notChecked(.irVersion(model.irVersion, highest: highestIRVersion))
        }
        let answer: (status: connx_status, bytes: [UInt8])
        do {
            answer = try ask(model) { connx_check($0, $1) }
        } catch let fault as FileFault {
            guard case .tooLarge(let size) = fault.fault else { throw fault }
            return .notChecked(.tooLarge(size))
        }
        let text = String(decoding: answer.bytes, as: UTF8.self)
        switch answer.status {
        case CONNX_DONE: return .valid
        case CONNX_REFUSED: return .invalid(text)
        default: return .notChecked(.libraryFailed(text))
        }
    }

    /// The model with the types and shapes that the library infers for its inner values. Throws `LibraryFault`.
    public static func inferShapes(_ model: Model) throws -> Model {
        try checkOpset(model.opset)
        return try rewritten(model) { connx_infer_shapes($0, $1) }
    }

    /// The model rewritten for another version of the ONNX operator set. Throws `LibraryFault` where the library knows
    /// no way. It drops what it does not model: local functions, metadata, annotations.
    public static func convertOpset(_ model: Model, to opset: Int) throws -> Model {
        try checkOpset(model.opset)
        try checkOpset(opset)
        return try rewritten(model) { connx_convert_opset($0, $1, Int32(opset)) }
    }

    private static func checkOpset(_ opset: Int) throws {
        guard 1...highestOpset ~= opset else { throw LibraryFault.opset(opset, highest: highestOpset) }
    }

    private static func rewritten(
        _ model: Model, _ request: (UnsafePointer<UInt8>?, Int) -> connx_answer
    ) throws -> Model {
        let answer = try ask(model, request)
        switch answer.status {
        case CONNX_DONE: return try ONNXFile.parse(answer.bytes)
        case CONNX_REFUSED: throw LibraryFault.refused(String(decoding: answer.bytes, as: UTF8.self))
        default: throw LibraryFault.failed(String(decoding: answer.bytes, as: UTF8.self))
        }
    }

    private static func ask(
        _ model: Model, _ request: (UnsafePointer<UInt8>?, Int) -> connx_answer
    ) throws -> (status: connx_status, bytes: [UInt8]) {
        let answer = try ONNXFile.serialize(model).withUnsafeBufferPointer { request($0.baseAddress, $0.count) }
        defer { connx_free(answer) }
        return (answer.status, Array(UnsafeBufferPointer(start: answer.data, count: answer.size)))
    }
}

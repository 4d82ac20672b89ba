#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif
internal import Calibration
internal import GraphIR
internal import Interpreter
internal import ONNXFormat
internal import Operators
internal import Passes

/// Every error in words: what, where, and what to do. The only place that words errors.
public func describe(_ error: any Error) -> (message: String, exitCode: ExitCode) {
    switch error {
    case let fault as GraphFault: (fault.message, .badData)
    case let fault as NodeFault: (fault.message, .badData)
    case let fault as OperatorFault: (fault.message, .badData)
    case let fault as InterpreterFault: (fault.message, .badData)
    case let fault as PassFault: (fault.message, .badData)
    case let fault as FileFault: (fault.message, fault.exitCode)
    case let fault as LibraryFault: (fault.message, .badData)
    case let fault as SampleFault: (fault.message, fault.exitCode)
    case .noFiniteValue(let name) as CalibrationFault:
        ("'\(name)' has no finite value in any sample; a weight or a sample may hold NaN or infinity", .badData)
    case let fault as OutputFault: (fault.message, .cannotWrite)
    case let fault as PatternFault: ("--exclude '\(fault.pattern)' is no regular expression: \(fault.reason)", .usage)
    case let fault as ComparisonFault: (fault.message, fault == .noAccuracy ? .usage : .badData)
    case let fault as RandomInputFault: fault.described
    default: ("\(error)", .internalFault)
    }
}

extension GraphFault {
    fileprivate var message: String {
        switch self {
        case .valueWrittenTwice(let name): "value '\(name)' is written twice"
        case .missingValue(let name, let reader):
            "\(reader): input '\(name)' is missing: no node, input or initializer gives it"
        case .cycle(let nodes): "the graph has a cycle through \(nodes.prefix(3).joined(separator: ", "))"
        case .missingOutput(let name): "graph output '\(name)' is missing: no node, input or initializer gives it"
        }
    }
}

extension NodeFault {
    fileprivate var message: String {
        let place = position.map { " (node \($0), opset \(opset))" } ?? " (opset \(opset))"
        return "\(node)\(place): \(fault.message)"
    }
}

extension OperatorFault {
    fileprivate var message: String {
        switch self {
        case .missingInput(let input): "input \(input) is missing"
        case .elementType(let input, let got):
            "input \(input) has type \(got.onnxName), which the operator does not take"
        case .rank(let input, let got, let expected): "input \(input) has \(got) dimensions, expected \(expected)"
        case .shape(let text): text
        case .attribute(let name, let text): "attribute '\(name)' \(text)"
        case .value(let text): text
        case .unsupported(let text): "\(text) is not supported (docs/operators.md)"
        case .unknownOperator(let domain, let opType, let opset):
            "no operator '\(domain.isStandardDomain ? opType : "\(domain).\(opType)")' at opset \(opset) is known "
                + "(docs/operators.md)"
        case .needsValue(let input): "input \(input) must be constant here"
        }
    }
}

extension PassFault {
    fileprivate var message: String {
        switch self {
        case .noOpsetAdapter(let node, let opType, let from, let to, let version, let reason):
            "\(node): cannot be brought from opset \(from) to \(to): \(opType) changed at version \(version), and \(reason)"
        case .recursiveFunction(let name): "function '\(name)' calls itself"
        case .functionCall(let node, let function, let reason):
            "\(node): does not fit function '\(function)': \(reason)"
        case .tooManyFunctionCalls(let limit):
            "the model's functions call each other so often that the graph would have more than \(limit) nodes"
        }
    }
}

extension InterpreterFault {
    fileprivate var message: String {
        switch self {
        case .missingInput(let name): "no value for the model's input '\(name)'"
        case .unknownInput(let name, let known):
            "the model has no input '\(name)'; it has \(known.joined(separator: ", "))"
        case .inputType(let name, let got, let expected):
            "input '\(name)' has type \(got.onnxName), the model takes \(expected.onnxName)"
        case .inputShape(let name, let got, let expected):
            "input '\(name)' has shape \(got), the model takes \(expected)"
        case .notATensor(let name): "input '\(name)' is no tensor; sequences, maps and optionals are not supported"
        case .strings(let name): "'\(name)' holds strings, which are not supported"
        case .tooLarge(let bytes): "the model needs \(bytes >> 20) MiB for its inner values, more than this machine has"
        }
    }
}

extension FileFault {
    fileprivate var message: String {
        let parts = place.map(\.message).joined(separator: ", ")
        return [path, parts, fault.message].filter { !$0.isEmpty }.joined(separator: ": ")
    }

    fileprivate var exitCode: ExitCode {
        switch fault {
        case .system(.open, _), .system(.inspect, _), .external(.cannotOpen): .missingFile
        case .system(.create, _), .system(.write, _), .system(.synchronize, _), .system(.rename, _),
            .notRegularFile(.create):
            .cannotWrite
        default: .badData
        }
    }
}

extension LibraryFault {
    fileprivate var message: String {
        switch self {
        case .opset(let opset, let highest): "libonnx does not know opset \(opset); it knows 1 to \(highest)"
        case .refused(let text): "libonnx refuses the model: \(text)"
        case .failed(let text): "libonnx gave no answer: \(text)"
        }
    }
}

extension FormatPlace {
    fileprivate var message: String {
        switch self {
        case .function(let name): "function '\(name)'"
        case .node(let label): label
        case .attribute(let name): "attribute '\(name)'"
        case .initializer(let name): "initializer '\(name)'"
        case .value(let name): "value '\(name)'"
        }
    }
}

extension FormatFault {
    fileprivate var message: String {
        switch self {
        case .system(let operation, let code): "\(operation.message): \(systemMessage(code))"
        case .notRegularFile: "it is not a regular file"
        case .emptyFile: "the file is empty"
        case .malformed(let fault, let offset): fault.message + (offset.map { " (at byte \($0))" } ?? "")
        case .noGraph: "there is no graph in it; an ONNX model is expected"
        case .missingField(let field): "\(field) is missing"
        case .notText(let field): "\(field) is not UTF-8 text"
        case .unnamedInitializer: "an initializer has no name"
        case .duplicateInitializer(let name): "initializer '\(name)' is there twice"
        case .unknownElementType(let number): "element type \(number) is not one of ONNX's"
        case .unknownAttributeType(let number): "attribute type \(number) is not one of ONNX's"
        case .severalValues: "it has values of several kinds"
        case .extents(let extents): "shape \(extents) is impossible"
        case .dataSize(let expected, let got, let typed):
            "its type and shape need \(expected) \(typed ? "elements" : "bytes"), it has \(got)"
        case .valueOutOfRange(let type): "it has a value that does not fit \(type.onnxName)"
        case .misplacedStrings: "its strings are not in string_data"
        case .external(let fault): fault.message
        case .tooLarge(let bytes): "\(bytes) bytes are more than an ONNX file may have (2 GiB)"
        }
    }
}

extension FileOperation {
    fileprivate var message: String {
        switch self {
        case .open: "it cannot be opened"
        case .inspect: "it cannot be looked at"
        case .map: "it cannot be mapped into memory"
        case .create: "it cannot be created"
        case .write, .synchronize: "it cannot be written"
        case .rename: "it cannot be given its name"
        }
    }
}

extension WireFault {
    fileprivate var message: String {
        switch self {
        case .truncated: "the file is cut short or damaged"
        case .badField, .badContents: "it is not an ONNX file, or is damaged"
        case .tooDeep: "its parts are nested too deep"
        case .nulInText: "a text has a NUL character in it"
        }
    }
}

extension ExternalDataFault {
    fileprivate var message: String {
        switch self {
        case .missingLocation: "its data lies in another file, which is not named"
        case .outsideFolder(let location): "its data file '\(location)' lies outside the model's folder"
        case .noFolder(let location): "its data file '\(location)' cannot be found for a model in memory"
        case .notRegularFile(let location): "its data file '\(location)' is not a regular file"
        case .cannotOpen(let location, let code): "its data file '\(location)' cannot be opened: \(systemMessage(code))"
        case .badNumber(let key, let value): "\(key) of its data is '\(value)', which is no number"
        case .outsideFile(let location, let offset, let length, let size):
            "its \(length) bytes of data at \(offset) reach past the end of '\(location)' (\(size) bytes)"
        case .length(let location, let expected, let got):
            "its type and shape need \(expected) bytes, '\(location)' is said to have \(got)"
        }
    }
}

extension SampleFault {
    fileprivate var exitCode: ExitCode {
        switch self {
        case .missing, .unreadable: .missingFile
        default: .badData
        }
    }

    fileprivate var message: String {
        switch self {
        case .missing(let path): "\(path): there is no such file or folder"
        case .unreadable(let path, let code): "\(path): it cannot be read: \(systemMessage(code))"
        case .unknownFormat(let path): "\(path): samples are a .npz, a .npy, or a folder of those or of test_data_set_*"
        case .noSamples(let path):
            "\(path): there are no samples in it (.npz, .npy or test_data_set_*/input_*.pb, with at least one sample)"
        case .malformed(let place, let text), .unsupported(let place, let text): "\(place): \(text)"
        case .missingArray(let input, let place, let present):
            "\(place): no array for the model's input '\(input)'; it has \(list(present))"
        case .unknownArray(let name, let place, let inputs):
            "\(place): the model has no input '\(name)'; it has \(list(inputs))"
        case .elementType(let input, let place, let got, let wanted):
            "\(place): '\(input)' has type \(got), which cannot become the input's type \(wanted)"
        case .shape(let input, let place, let got, let wanted):
            "\(place): '\(input)' has shape \(got), which does not fit the input's shape \(wanted); "
                + "the leading axis counts samples"
        case .count(let array, let count, let other, let otherCount, let place):
            "\(place): '\(array)' has \(count) samples and '\(other)' has \(otherCount)"
        case .batch(let place, let count, let batch):
            "\(place): \(count) samples do not fill batches of \(batch), which is the model's fixed leading dimension"
        case .notFinite(let input, let sample, let place):
            "\(place): sample \(sample) of '\(input)' has NaN or infinity"
        case .value(let value, let input, let sample, let place, let wanted):
            "\(place): sample \(sample) of '\(input)' has the value \(value), which \(wanted.onnxName) cannot hold"
        }
    }

    private func list(_ names: [String]) -> String {
        names.isEmpty ? "none" : names.map { "'\($0)'" }.joined(separator: ", ")
    }
}

extension OutputFault {
    fileprivate var message: String {
        switch self {
        case .notAFolder(let path): "\(path): it is not a folder; only outputs that end in .npz are files"
        case .folderInUse(let path, let name):
            "\(path): the folder holds '\(name)', which is no output; name another one"
        case .nameTooLong(let name):
            "output '\(name.prefix(40))...' has too long a name for a .npz; write to a folder instead"
        case .noNumpyType(let name, let type): "output '\(name)' is of type \(type.onnxName), which a .npz cannot hold"
        case .extentsDiffer(let output, let first, let later, let sample):
            "output '\(output)' has shape \(later) in sample \(sample) and \(first) in the first, so that one array "
                + "cannot hold it; write to a folder instead of a .npz"
        }
    }
}

/// What the system says of an error number.
private func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }

extension ComparisonFault {
    fileprivate var message: String {
        switch self {
        case .outputs(let float, let quantized):
            "the models have different outputs: \(float.joined(separator: ", ")) in the float model, "
                + "\(quantized.joined(separator: ", ")) in the quantized one"
        case .shape(let output, let float, let quantized):
            "value '\(output)' has shape \(float) in the float model and \(quantized) in the quantized one"
        case .notNumeric(let output): "output '\(output)' holds no numbers that could be compared"
        case .noAccuracy:
            "--max-top1-drop needs a label for each sample (an array 'label' among them, or --labels FILE) and a first "
                + "output with a row for each sample"
        case .labelCount(let labels, let samples): "there are \(labels) labels for \(samples) samples"
        case .nothingInCommon:
            "the models have no inner value of the same name; compare a float model with what onnxq made of it"
        }
    }
}

extension RandomInputFault {
    fileprivate var described: (message: String, exitCode: ExitCode) {
        switch self {
        case .unknownShape(let input):
            ("the model does not say the shape of input '\(input)'; --shape \(input)=1x3x224x224 gives one", .usage)
        case .elementType(let input, let type):
            ("no values of type \(type?.onnxName ?? "unknown") can be made up for input '\(input)'", .badData)
        case .freeDimensions(let inputs, let reason):
            ("with 1 for each dimension that the model leaves free it does not run (\(reason)); others are given by "
                + inputs.map { "--shape \($0.name)=\($0.example)" }.joined(separator: " "), .usage)
        case .tooLarge(let input, let extents): ("input '\(input)' of shape \(extents) is too large", .usage)
        }
    }
}

extension ValueInfo {
    /// The input's shape as `--shape` takes it, symbols in place of numbers to be chosen.
    fileprivate var example: String {
        (shape?.dimensions ?? []).map { dimension in
            switch dimension {
            case .known(let extent): extent < 0 ? "?" : "\(extent)"
            case .symbol(let name): name
            case .unknown: "?"
            }
        }.joined(separator: "x")
    }
}

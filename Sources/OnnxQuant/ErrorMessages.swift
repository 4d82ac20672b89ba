internal import GraphIR
internal import Interpreter
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
    case let fault as PatternFault: ("--exclude '\(fault.pattern)' is no regular expression: \(fault.reason)", .usage)
    default: ("\(error)", .internalFault)
    }
}

extension GraphFault {
    fileprivate var message: String {
        switch self {
        case .valueWrittenTwice(let name): "value '\(name)' is written twice"
        case .missingValue(let name, let reader): "\(reader): input '\(name)' is missing: no node, input or initializer gives it"
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
        case .elementType(let input, let got): "input \(input) has type \(got.onnxName), which the operator does not take"
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
        case .functionCall(let node, let function, let reason): "\(node): does not fit function '\(function)': \(reason)"
        case .tooManyFunctionCalls(let limit):
            "the model's functions call each other so often that the graph would have more than \(limit) nodes"
        }
    }
}

extension InterpreterFault {
    fileprivate var message: String {
        switch self {
        case .missingInput(let name): "no value for the model's input '\(name)'"
        case .unknownInput(let name, let known): "the model has no input '\(name)'; it has \(known.joined(separator: ", "))"
        case .inputType(let name, let got, let expected):
            "input '\(name)' has type \(got.onnxName), the model takes \(expected.onnxName)"
        case .inputShape(let name, let got, let expected): "input '\(name)' has shape \(got), the model takes \(expected)"
        case .notATensor(let name): "input '\(name)' is no tensor; sequences, maps and optionals are not supported"
        case .tooLarge(let bytes): "the model needs \(bytes >> 20) MiB for its inner values, more than this machine has"
        }
    }
}

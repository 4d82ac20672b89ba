internal import GraphIR
internal import ONNXFormat
internal import Operators
internal import Passes
public import Reporting

/// Tells what a model's file holds.
public enum Inspector {
    /// Reads the model at `path` and looks at it without running it. Throws `FileFault` or `GraphFault`.
    public static func run(_ path: String) throws -> InspectionReport {
        let model = try ONNXFile.read(path)
        let graphs = model.graph.withSubgraphs
        let constants = graphs.flatMap(\.constantTensors)
        return InspectionReport(
            version: onnxqVersion,
            model: ModelFile(path: path, bytes: ONNXFile.byteCount(model, at: path), opset: model.opset),
            irVersion: model.irVersion, producer: producer(model), opsets: opsets(model),
            inputs: model.graph.requiredInputs.map { ValueSummary($0) },
            outputs: model.graph.outputs.map { ValueSummary($0) },
            operators: Dictionary(graphs.flatMap(\.nodes).map { ($0.qualifiedType, 1) }, uniquingKeysWith: +),
            unsupported: unsupported(model), parameters: constants.reduce(0) { $0 + $1.elementCount },
            parameterBytes: constants.reduce(0) { $0 + $1.bytes.count },
            multiplyAccumulates: try MultiplyAccumulates.count(model), quantization: quantization(model),
            validity: validity(try ONNXLibrary.check(model)))
    }

    private static func producer(_ model: Model) -> String? {
        let words = [model.producerName, model.producerVersion].compactMap(\.self).filter { !$0.isEmpty }
        return words.isEmpty ? nil : words.joined(separator: " ")
    }

    private static func opsets(_ model: Model) -> [String: Int] {
        let named = model.opsetImports.map { opset in
            let domain = opset.domain ?? ""
            return (domain.isStandardDomain ? "ai.onnx" : domain, opset.version)
        }
        return Dictionary(named) { first, _ in first }
    }

    /// The operators that cannot run, asked of the form in which the model would run.
    private static func unsupported(_ model: Model) -> [String: String] {
        var result: [String: String] = [:]
        var runnable = model
        do {
            try RunnableModel.prepare(&runnable)
        } catch {
            result["opset \(model.opset)"] = describe(error).message
        }
        let nodes = runnable.graph.withSubgraphs.flatMap(\.nodes)
        for node in nodes where !node.isStandard("If") && !node.isStandard("Loop") {
            do {
                _ = try OperatorTable.make(node, opset: runnable.opset(node.domain) ?? 1)
            } catch {
                result[node.qualifiedType] = result[node.qualifiedType] ?? describe(error).message
            }
        }
        return result
    }

    private static func validity(_ result: CheckResult) -> InspectionReport.Validity {
        switch result {
        case .valid: .init(.valid)
        case .invalid(let text): .init(.invalid, message: text)
        case .notChecked(.opset(let opset, let highest)):
            .init(.unchecked, message: "the model has opset \(opset), libonnx knows up to \(highest)")
        case .notChecked(.irVersion(let version, let highest)):
            .init(.unchecked, message: "the model has IR version \(version), libonnx knows up to \(highest)")
        case .notChecked(.tooLarge): .init(.unchecked, message: "the model is too large for libonnx")
        case .notChecked(.libraryFailed(let text)): .init(.unchecked, message: "libonnx failed: \(text)")
        }
    }

    private static func quantization(_ model: Model) -> InspectionReport.Quantization? {
        var result = InspectionReport.Quantization()
        for graph in model.graph.withSubgraphs {
            let constants = graph.constantsByName
            for node in graph.nodes {
                if node.isStandard("QuantizeLinear") {
                    result.quantizeNodes += 1
                    let declared = node.int("output_dtype").flatMap { ElementType(rawValue: Int32(clamping: $0)) }
                    let zeroPoint = node.inputs.count > 2 ? constants[node.inputs[2]]?.elementType : nil
                    result.activations[(zeroPoint ?? declared ?? .uint8).onnxName, default: 0] += 1
                } else if node.isStandard("DequantizeLinear") {
                    result.dequantizeNodes += 1
                    guard node.inputs.count > 1, let tensor = constants[node.inputs[0]] else { continue }
                    result.constants[tensor.elementType.onnxName, default: 0] += 1
                    let scales = constants[node.inputs[1]]?.elementCount ?? 1
                    if scales > 1 { result.perChannelConstants += 1 }
                } else if node.takesIntegers {
                    result.integerOperators[node.qualifiedType, default: 0] += 1
                }
            }
        }
        return result == InspectionReport.Quantization() ? nil : result
    }
}

extension Node {
    /// The operator's type, with its domain in front where that is not ONNX's own.
    fileprivate var qualifiedType: String {
        (domain ?? "").isStandardDomain ? opType : "\(domain ?? "").\(opType)"
    }

    /// Whether the operator is one of the integer forms that ONNX and ONNX Runtime have of float operators.
    fileprivate var takesIntegers: Bool {
        opType.hasPrefix("QLinear") || opType.hasSuffix("Integer") || opType == "DynamicQuantizeLinear"
            || opType == "QGemm" || opType == "QAttention"
    }
}

extension Graph {
    /// This graph and all graphs inside its nodes.
    fileprivate var withSubgraphs: [Graph] { [self] + nodes.flatMap(\.subgraphs).flatMap(\.withSubgraphs) }

    /// Constants by name: initializers and what Constant nodes give.
    fileprivate var constantsByName: [String: Tensor] {
        var result = Dictionary(uniqueKeysWithValues: initializers.map { ($0.key, $0.value) })
        for node in nodes where node.isStandard("Constant") {
            guard case .tensor(let tensor)? = node.attribute("value"), let name = node.outputs.first else { continue }
            result[name] = tensor
        }
        return result
    }

    fileprivate var constantTensors: [Tensor] { Array(constantsByName.values) }
}

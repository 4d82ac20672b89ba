extension InspectionReport {
    /// The report in fields for a terminal.
    public var text: String {
        var fields = TextFields()
        fields.add("Size", NumberText.bytes(model.bytes))
        fields.add("Opsets", opsetText)
        fields.add("IR version", "\(irVersion)")
        if let producer { fields.add("Producer", producer) }
        fields.add("Inputs", inputs.map { "\($0.name): \($0.typeText)" })
        fields.add("Outputs", outputs.map { "\($0.name): \($0.typeText)" })
        let nodes = NumberText.amount(operators.values.reduce(0, +), "node")
        fields.add("Operators", "\(nodes): \(countText(operators))")
        fields.add("Parameters", "\(NumberText.count(parameters)) in \(NumberText.bytes(parameterBytes))")
        if multiplyAccumulates.total > 0 { fields.add("Work", multiplyAccumulates.text) }
        fields.add("Quantized", quantizationLines)
        fields.add("Unsupported", unsupported.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
        fields.add("ONNX checker", validityText)
        return ([model.path.printable, ""] + fields.lines).joined(separator: "\n")
    }

    private var opsetText: String {
        let sorted = opsets.sorted { ($0.key == "ai.onnx" ? "" : $0.key) < ($1.key == "ai.onnx" ? "" : $1.key) }
        return sorted.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    private var quantizationLines: [String] {
        guard let quantization else { return ["no"] }
        let activations = quantization.activations.isEmpty ? "none" : countText(quantization.activations)
        let constants = quantization.constants.isEmpty ? "none" : countText(quantization.constants)
        let perChannel = quantization.perChannelConstants
        var lines = [
            "activations: \(activations)",
            "constants: \(constants)" + (perChannel > 0 ? ", \(perChannel) of them per channel" : ""),
            "nodes: QuantizeLinear \(quantization.quantizeNodes), DequantizeLinear \(quantization.dequantizeNodes)",
        ]
        if !quantization.integerOperators.isEmpty {
            lines.append("integer operators: \(countText(quantization.integerOperators))")
        }
        return lines
    }

    private var validityText: String {
        let verdict = validity.verdict == .unchecked ? "not checked" : validity.verdict.rawValue
        return validity.message.map { "\(verdict): \($0)" } ?? verdict
    }
}

import Foundation
import GraphIR
import ONNXFormat
import Operators

/// One of the ONNX project's own operator cases: a model, inputs and the outputs it should have.
struct NodeCase {
    var name: String
    var model: Model
    var inputs: [String: Tensor]
    var outputs: [(name: String, tensor: Tensor)]
    var relativeTolerance: Float
    var absoluteTolerance: Float

    /// The folder of cases that the environment names: folders of `model.onnx` and `test_data_set_0`, and
    /// `tolerance.csv`.
    static let folder = ProcessInfo.processInfo.environment["ONNXQ_NODE_CASES"]

    /// Every case of one node in `folder`, by name. A case that cannot be read is an error.
    static func all(in folder: String) throws -> [NodeCase] {
        let lines = try String(contentsOfFile: folder + "/tolerance.csv", encoding: .utf8).split(separator: "\n")
        return try lines.compactMap { line in
            let fields = line.split(separator: ",")
            guard fields.count == 3, let relative = Float(fields[1]), let absolute = Float(fields[2]) else {
                return nil
            }
            let name = String(fields[0])
            let model = try ONNXFile.read("\(folder)/\(name)/model.onnx")
            guard model.graph.nodes.count == 1 else { return nil }
            let data = "\(folder)/\(name)/test_data_set_0"
            let inputs = try read(data, "input", count: model.graph.inputs.count)
            let outputs = try read(data, "output", count: model.graph.outputs.count)
            return NodeCase(
                name: name, model: model,
                inputs: Dictionary(uniqueKeysWithValues: zip(model.graph.inputs.map(\.name), inputs)),
                outputs: Array(zip(model.graph.outputs.map(\.name), outputs)), relativeTolerance: relative,
                absoluteTolerance: absolute)
        }
    }

    private static func read(_ folder: String, _ kind: String, count: Int) throws -> [Tensor] {
        try (0..<count).map { try TensorFile.read("\(folder)/\(kind)_\($0).pb").tensor }
    }

    var node: Node { model.graph.nodes[0] }

    /// What is wrong with the outputs; `nil` where they are as they should be. Throws `OperatorFault`.
    func difference() throws -> String? {
        let inputs = node.inputs.map { $0.isEmpty ? nil : self.inputs[$0] ?? model.graph.initializers[$0] }
        let opset = model.opset(node.domain) ?? 1
        let results = try OperatorTable.evaluate(node, opset: opset, inputs: inputs)
        for (name, expected) in outputs {
            guard let index = node.outputs.firstIndex(of: name), let result = results[index] else {
                return "no output '\(name)'"
            }
            if let difference = difference(result, expected) { return "'\(name)': \(difference)" }
        }
        return nil
    }

    private func difference(_ result: Tensor, _ expected: Tensor) -> String? {
        guard result.elementType == expected.elementType, result.extents == expected.extents else {
            return "\(result.elementType) \(result.extents), expected \(expected.elementType) \(expected.extents)"
        }
        guard let got = result.floats, let wanted = expected.floats else {
            let isSame = bytes(result) == bytes(expected) && result.strings == expected.strings
            return isSame ? nil : "\(bytes(result).prefix(24)), expected \(bytes(expected).prefix(24)) (bytes)"
        }
        for (index, (a, b)) in zip(got, wanted).enumerated() where !isClose(a, b) {
            return "\(a) at \(index), expected \(b)"
        }
        return nil
    }

    private func isClose(_ a: Float, _ b: Float) -> Bool {
        if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
        return a == b || abs(a - b) <= absoluteTolerance + relativeTolerance * abs(b)
    }

    private func bytes(_ tensor: Tensor) -> [UInt8] { tensor.bytes.withUnsafeBytes { Array($0) } }
}

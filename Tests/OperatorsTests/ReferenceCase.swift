import Foundation
import GraphIR
import ONNXFormat
import Operators

/// One of the ONNX project's own operator cases: a model of one node, inputs, and the outputs it must give.
struct ReferenceCase: Sendable, CustomStringConvertible {
    let name: String
    let folder: URL
    let relativeTolerance: Double
    let absoluteTolerance: Double

    var description: String { name }

    /// Where the cases are: `ONNXQ_NODE_CASES`, written by make_node_tests.py.
    static let root = ProcessInfo.processInfo.environment["ONNXQ_NODE_CASES"].map { URL(fileURLWithPath: $0) }

    /// The cases of these operators whose name `includes` accepts.
    static func all(_ prefixes: [String], except excluded: Set<String> = []) -> [ReferenceCase] {
        guard let root, let table = try? String(contentsOf: root.appending(path: "tolerance.csv"), encoding: .utf8)
        else { return [] }
        return table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: ",").map(String.init)
            guard fields.count == 3, let relative = Double(fields[1]), let absolute = Double(fields[2]),
                prefixes.contains(where: { fields[0].hasPrefix("test_" + $0) }), !excluded.contains(fields[0]),
                !fields[0].hasSuffix("_expanded")
            else { return nil }
            return ReferenceCase(
                name: fields[0], folder: root.appending(path: fields[0]), relativeTolerance: relative,
                absoluteTolerance: absolute)
        }
    }

    /// The case's outputs as they must be and as they are. Throws what the operator throws.
    func run() throws -> [(expected: Tensor, got: Tensor)] {
        let model = try ONNXFile.read(folder.appending(path: "model.onnx").path)
        guard model.graph.nodes.count == 1, let node = model.graph.nodes.first else {
            throw OperatorFault.unsupported("a case of several nodes")
        }
        var values = model.graph.initializers.reduce(into: [:]) { $0[$1.key] = $1.value }
        for (index, input) in model.graph.inputs.enumerated() { values[input.name] = try tensor("input_\(index)") }
        let opset = model.opset(node.domain) ?? 1
        let results = try OperatorTable.evaluate(node, opset: opset, inputs: node.inputs.map { values[$0] })
        let produced = Dictionary(uniqueKeysWithValues: zip(node.outputs, results))
        return try model.graph.outputs.enumerated().compactMap { index, output in
            guard let got = produced[output.name] ?? nil else { return nil }
            return (try tensor("output_\(index)"), got)
        }
    }

    /// Reads a TensorProto file by wrapping it in a model: ModelProto.graph is field 7, GraphProto.initializer field 5.
    private func tensor(_ file: String) throws -> Tensor {
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: "test_data_set_0/\(file).pb")))
        func field(_ number: UInt8, _ body: [UInt8]) -> [UInt8] {
            var length = body.count, varint: [UInt8] = []
            while length >= 0x80 {
                varint.append(UInt8(length & 0x7f) | 0x80)
                length >>= 7
            }
            return [number << 3 | 2] + varint + [UInt8(length)] + body
        }
        let model = try ONNXFile.parse([8, 8] + field(7, field(5, bytes)))
        guard let tensor = model.graph.initializers.values.first else { throw OperatorFault.missingInput(0) }
        return tensor
    }
}

/// Why two tensors differ; `nil` where every element is within absolute + relative * |expected|, NaN equal to NaN.
func difference(_ expected: Tensor, _ got: Tensor, _ relative: Double, _ absolute: Double) -> String? {
    guard expected.elementType == got.elementType else { return "type \(got.elementType), not \(expected.elementType)" }
    guard expected.extents == got.extents else { return "extents \(got.extents), not \(expected.extents)" }
    if let want = expected.integers, let have = got.integers {
        return zip(want, have).enumerated().first { $1.0 != $1.1 }.map { "\($1.1), not \($1.0) at \($0)" }
    }
    let want = expected.elements(as: Double.self) ?? expected.floats?.map(Double.init) ?? []
    let have = got.elements(as: Double.self) ?? got.floats?.map(Double.init) ?? []
    guard want.count == have.count, want.count == expected.elementCount else { return "no numbers to compare" }
    for (index, (a, b)) in zip(want, have).enumerated() where a != b && !(a.isNaN && b.isNaN) {
        guard abs(a - b) <= absolute + relative * abs(a) else { return "\(b), not \(a) at \(index)" }
    }
    return nil
}

internal import GraphIR
internal import ONNXFormat

/// One sample in the ONNX layout: a folder with `input_<i>.pb`, each a `TensorProto`.
struct TensorFolder: Sendable {
    let path: String
    let mustBeFinite: Bool

    /// The sets that a folder with these names is or holds, in natural order; empty where it has another layout.
    static func find(_ path: String, names: [String], mustBeFinite: Bool) throws -> [TensorFolder] {
        let isSet = path.split(separator: "/").last?.hasPrefix(setPrefix) ?? false
        if isSet || names.contains(where: { number(of: $0) != nil }) {
            return [TensorFolder(path: path, mustBeFinite: mustBeFinite)]
        }
        return try names.map { "\(path)/\($0)" }
            .filter { try $0.split(separator: "/").last?.hasPrefix(setPrefix) == true && PathKind($0) == .folder }
            .map { TensorFolder(path: $0, mustBeFinite: mustBeFinite) }
    }

    /// The size of its files.
    var bytes: Int {
        get throws {
            try namesInFolder(path).filter { Self.number(of: $0) != nil }
                .reduce(0) { try $0 + InputFile("\(path)/\($1)").size }
        }
    }

    /// Reads the sample. A tensor is the input's that has its name, else the input's at its file's number.
    func read(_ inputs: [ValueInfo]) throws -> Sample {
        let names = inputs.map(\.name)
        var values: [String: Tensor] = [:]
        let files = try namesInFolder(path).compactMap { file in Self.number(of: file).map { (file, $0) } }
        let tensors = try files.map { file, number in
            let (name, tensor) = try TensorFile.read("\(path)/\(file)")
            return (file: file, number: number, name: name ?? "", tensor: tensor)
        }
        let areNamed = Set(tensors.map(\.name)).count == tensors.count && tensors.allSatisfy { names.contains($0.name) }
        for (file, number, name, tensor) in tensors {
            guard areNamed || number < inputs.count else {
                throw SampleFault.unknownArray(name.isEmpty ? file : name, place: path, inputs: names)
            }
            let input = areNamed ? inputs.first { $0.name == name } : inputs[number]
            guard let input else { continue }
            values[input.name] = try accept(tensor, for: input)
        }
        if let missing = names.first(where: { values[$0] == nil }) {
            throw SampleFault.missingArray(input: missing, place: path, present: tensors.map(\.name))
        }
        return Sample(values: values, hasSampleAxis: false)
    }

    private func accept(_ tensor: Tensor, for input: ValueInfo) throws -> Tensor {
        if let shape = input.shape {
            let fits = shape.rank == tensor.extents.count
                && zip(shape.dimensions, tensor.extents).allSatisfy { $0.admits($1) }
            guard fits else {
                throw SampleFault.shape(input: input.name, place: path, got: tensor.extents, wanted: shape)
            }
        }
        return try input.accept(tensor.aligned, sample: 0, place: path, mustBeFinite: mustBeFinite)
    }

    private static let setPrefix = "test_data_set_"

    private static func number(of name: String) -> Int? {
        guard name.hasPrefix("input_"), name.hasSuffix(".pb") else { return nil }
        return Int(name.dropFirst("input_".count).dropLast(".pb".count)).flatMap { $0 < 0 ? nil : $0 }
    }
}

/// Gives the one sample of a folder in the ONNX layout.
final class TensorSamples: SampleReader {
    private let folder: TensorFolder
    private let inputs: [ValueInfo]
    private var isDone = false

    init(_ folder: TensorFolder, inputs: [ValueInfo]) throws {
        self.folder = folder
        self.inputs = inputs
        sampleBytes = try folder.bytes
    }

    let count = 1
    let fixedBatch: Int? = 1
    let sampleBytes: Int
    var isCompressed: Bool { false }

    func next(_ wanted: Int) throws -> Sample? {
        if isDone { return nil }
        isDone = true
        return try folder.read(inputs)
    }
}

extension Tensor {
    /// The tensor with its elements in memory of their own, where they are aligned.
    fileprivate var aligned: Tensor {
        var copy = self
        copy.bytes = ArrayBytes(bytes.withUnsafeBytes { Array($0) })
        return copy
    }
}

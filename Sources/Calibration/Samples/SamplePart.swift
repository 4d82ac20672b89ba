internal import GraphIR

/// A piece of a source that is opened on its own.
enum SamplePart: Sendable {
    case arrays(ArraySet)
    case tensors(TensorFolder)

    var place: String {
        switch self {
        case .arrays(let set): set.place
        case .tensors(let folder): folder.path
        }
    }

    func open(_ inputs: [ValueInfo]) throws -> any SampleReader {
        switch self {
        case .arrays(let set): try ArraySamples(set, inputs: inputs)
        case .tensors(let folder): try TensorSamples(folder, inputs: inputs)
        }
    }

    /// The parts that `path` holds, in order; at least one. Throws `SampleFault`.
    static func find(_ path: String, inputs: [ValueInfo], mustBeFinite: Bool) throws -> [SamplePart] {
        switch try PathKind(path) {
        case .file: return [.arrays(try arrays(path, inputs: inputs))]
        case .other: throw SampleFault.unknownFormat(path)
        case .folder: break
        }
        let names = try namesInFolder(path)
        let tensors = try TensorFolder.find(path, names: names, mustBeFinite: mustBeFinite)
        if !tensors.isEmpty { return tensors.map(SamplePart.tensors) }
        let files = names.filter { $0.hasSuffix(".npz") || $0.hasSuffix(".npy") }
        guard !files.isEmpty else { throw SampleFault.noSamples(path) }
        if let set = sideBySide(files, folder: path, inputs: inputs) { return [.arrays(set)] }
        return try files.map { .arrays(try arrays("\(path)/\($0)", inputs: inputs)) }
    }

    private static func arrays(_ path: String, inputs: [ValueInfo]) throws -> ArraySet {
        if path.hasSuffix(".npz") { return .archive(path) }
        guard path.hasSuffix(".npy") else { throw SampleFault.unknownFormat(path) }
        guard inputs.count == 1 else {
            throw SampleFault.unsupported(
                place: path,
                "the model has \(inputs.count) inputs (\(inputs.map(\.name).joined(separator: ", "))); "
                    + "a .npz holds one array for each")
        }
        return .files([inputs[0].name: path], folder: path)
    }

    /// The `.npy` files of a folder as one set, where every one is named after an input or `label`.
    private static func sideBySide(_ files: [String], folder: String, inputs: [ValueInfo]) -> ArraySet? {
        let known = Set(inputs.map(\.name))
        let stems = files.map { String($0.dropLast(4)) }
        guard files.allSatisfy({ $0.hasSuffix(".npy") }), !known.isDisjoint(with: stems),
            stems.allSatisfy({ known.contains($0) || $0 == "label" })
        else { return nil }
        return .files(Dictionary(zip(stems, files.map { "\(folder)/\($0)" })) { first, _ in first }, folder: folder)
    }
}

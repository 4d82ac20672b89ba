internal import Calibration
internal import GraphIR
internal import ONNXFormat

/// Writes outputs into a `.npz` archive, one array each.
///
/// An output that has the samples' own leading axis is joined along it; any other gets one. All samples must give the
/// same extents.
final class ArchiveWriter: OutputWriter {
    private let path: String
    private let names: [String]
    private let samples: Int
    private var archive: NpzWriter?
    private var extents: [String: [Int]] = [:]
    private var done = 0

    /// Checks that the archive can be written. Throws `FileFault`.
    init(_ path: String, names: [String], samples: Int) throws {
        self.path = path
        self.names = names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        self.samples = samples
        try ONNXFile.checkWritable(path)
    }

    func add(_ outputs: [String: Tensor], of sample: Sample) throws {
        let archive = try archive ?? begin(outputs, of: sample)
        self.archive = archive
        for (index, name) in names.enumerated() {
            guard let output = outputs[name] else { continue }
            if let first = extents[name], first != output.extents {
                throw OutputFault.extentsDiffer(output: name, first: first, later: output.extents, sample: done)
            }
            try archive.append(output, to: index)
        }
        done += sample.count
    }

    func finish() throws { try archive?.finish() }

    private func begin(_ outputs: [String: Tensor], of sample: Sample) throws -> NpzWriter {
        extents = outputs.mapValues(\.extents)
        let layouts = names.map { name in
            let output = outputs[name]
            let extents = output?.extents ?? []
            let isJoined = sample.hasSampleAxis && extents.first == sample.count
            let whole = isJoined ? [samples] + extents.dropFirst() : [samples / sample.count] + extents
            return NpzWriter.Layout(name, output?.elementType ?? .float32, whole)
        }
        return try NpzWriter(path, layouts)
    }
}

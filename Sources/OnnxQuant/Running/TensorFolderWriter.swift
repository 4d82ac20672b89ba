internal import Calibration
internal import GraphIR
internal import ONNXFormat

/// Writes outputs into a folder in the ONNX layout: `output_<i>.pb`, in `test_data_set_<n>/` where there are several
/// samples.
final class TensorFolderWriter: OutputWriter {
    private let folder: OutputFolder
    private let names: [String]
    private let samples: Int
    private var done = 0

    /// Throws `FileFault` or `OutputFault`.
    init(_ path: String, names: [String], samples: Int) throws {
        folder = try OutputFolder(path)
        self.names = names
        self.samples = samples
    }

    func add(_ outputs: [String: Tensor], of sample: Sample) throws {
        let isAlone = samples <= sample.count
        let target = isAlone ? folder.temporaryPath : try folder.makeFolder("test_data_set_\(done)")
        for (index, name) in names.enumerated() {
            guard let output = outputs[name] else { continue }
            try TensorFile.write(output, name: name, to: "\(target)/output_\(index).pb")
        }
        done += 1
    }

    func finish() throws { try folder.publish() }
}

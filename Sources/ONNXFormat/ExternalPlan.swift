import GraphIR

/// Lays the data of tensors out in a file beside the model.
final class ExternalPlan {
    /// The file's name, as the model gives it.
    let location: String
    /// Data of at least this many bytes is taken, whether or not it lay beside the model before.
    private let threshold: Int
    /// The data in the file's order, with its offset in bytes.
    private(set) var pieces: [(offset: Int, bytes: any TensorBytes)] = []
    private var end = 0

    init(location: String, threshold: Int) {
        self.location = location
        self.threshold = threshold
    }

    func takes(_ tensor: Tensor) -> Bool { tensor.encoding == .external || tensor.bytes.count >= threshold }

    /// Adds data behind the last piece, on the next page where it fills one, and returns the entries that name it.
    func add(_ bytes: any TensorBytes) -> KeyValuePairs<String, String> {
        let alignment = bytes.count >= 4096 ? 4096 : 64
        let offset = (end + alignment - 1) / alignment * alignment
        pieces.append((offset, bytes))
        end = offset + bytes.count
        return ["location": location, "offset": "\(offset)", "length": "\(bytes.count)"]
    }
}

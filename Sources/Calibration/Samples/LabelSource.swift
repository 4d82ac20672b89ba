internal import GraphIR

/// Labels from a file of their own, one integer for each sample: a `.npy`, or a `.npz` with one array or one called
/// `label`.
public final class LabelSource {
    /// The labels in the file.
    public let count: Int
    private let array: NumpyArray
    private var given = 0

    /// Opens the file and checks shape and size. Throws `SampleFault`.
    public static func open(_ path: String) throws -> LabelSource {
        let set: ArraySet
        switch try PathKind(path) {
        case .file where path.hasSuffix(".npz"): set = .archive(path)
        case .file where path.hasSuffix(".npy"): set = .files(["label": path], folder: path)
        default: throw SampleFault.unknownFormat(path)
        }
        let arrays = try set.open()
        guard let array = arrays["label"] ?? (arrays.count == 1 ? arrays.first?.value : nil) else {
            throw SampleFault.unsupported(
                place: path, "it holds \(arrays.count) arrays and none called 'label'; labels are one array")
        }
        return try LabelSource(array)
    }

    private init(_ array: NumpyArray) throws {
        let extents = array.header.extents
        guard let count = extents.first, extents.dropFirst().allSatisfy({ $0 == 1 }) else {
            throw SampleFault.unsupported(place: array.place, "labels are one integer for each sample")
        }
        self.array = array
        self.count = count
    }

    /// The next `wanted` labels, or as many as are left. Throws `SampleFault`.
    public func next(_ wanted: Int) throws -> [Int] {
        let rows = min(wanted, count - given)
        guard rows > 0 else { return [] }
        given += rows
        return try array.nextLabels(rows)
    }
}

extension NumpyArray {
    /// The next `rows` rows as labels. Throws `SampleFault` where a row is not one integer.
    func nextLabels(_ rows: Int) throws -> [Int] {
        let tensor = try next(rows)
        guard tensor.elementCount == rows, let labels = try? tensor.converted(to: .int64).integers else {
            throw SampleFault.unsupported(place: place, "labels are one integer for each sample")
        }
        return labels
    }
}

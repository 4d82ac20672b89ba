/// Arrays that lie side by side: the members of an `.npz` archive, `.npy` files, or one `.npy` alone.
enum ArraySet: Sendable {
    case archive(String)
    /// Paths by the name of the input they feed.
    case files([String: String], folder: String)

    /// How messages name the whole.
    var place: String {
        switch self {
        case .archive(let path): path
        case .files(let paths, let folder): paths.count == 1 ? paths.first?.value ?? folder : folder
        }
    }

    /// Opens every array; each has a stream of its own, so that they can be read in step.
    func open() throws -> [String: NumpyArray] {
        switch self {
        case .files(let paths, _):
            return try paths.mapValues { path in
                let file = try InputFile(path)
                return try NumpyArray(FileRegion(file, 0..<file.size), size: file.size, place: path)
            }
        case .archive(let path):
            let archive = try ZipArchive(InputFile(path))
            var arrays: [String: NumpyArray] = [:]
            for member in archive.members {
                let place = archive.place(member)
                guard member.name.hasSuffix(".npy") else {
                    throw SampleFault.unsupported(place: place, "it is not a .npy array")
                }
                arrays[String(member.name.dropLast(4))] = try NumpyArray(
                    archive.open(member), size: member.size, place: place)
            }
            return arrays
        }
    }
}

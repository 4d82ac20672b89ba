import CZlib
import Foundation

@testable import Calibration

/// A folder that goes away with the object.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "onnxq-calibration-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and the folder it lies in, and returns its path.
    @discardableResult
    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let url = URL(fileURLWithPath: path).appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }

    var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// The bytes of a `.npy` file, its head as NumPy 1.x writes it; `descriptor` is a Python literal.
func rawNpy(_ descriptor: String, _ shape: [Int], _ payload: [UInt8], fortran: Bool = false) -> [UInt8] {
    let tuple = shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
    let order = fortran ? "True" : "False"
    var text = "{'descr': \(descriptor), 'fortran_order': \(order), 'shape': \(tuple), }"
    while (10 + text.utf8.count + 1) % 64 != 0 { text += " " }
    text += "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count & 255), UInt8(text.utf8.count >> 8)]
        + Array(text.utf8) + payload
}

func npy<T>(_ descriptor: String, _ shape: [Int], _ values: [T]) -> [UInt8] {
    rawNpy("'\(descriptor)'", shape, values.withUnsafeBytes { Array($0) })
}

/// A zip archive of deflated or stored members, with 64-bit fields throughout where asked.
func zip(_ members: [(String, [UInt8])], deflated: Bool = true, zip64: Bool = false) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    for (name, contents) in members {
        let data = deflated ? deflate(contents) : contents
        let checksum = contents.withUnsafeBufferPointer { UInt32(crc32(0, $0.baseAddress, UInt32($0.count))) }
        let offset = file.count
        var common: [UInt8] = []
        for word in [zip64 ? 45 : 20, 0, deflated ? 8 : 0, 0, 0x21] { common.append(littleEndian: UInt16(word)) }
        common.append(littleEndian: checksum)
        common.append(littleEndian: zip64 ? UInt32.max : UInt32(data.count))
        common.append(littleEndian: zip64 ? UInt32.max : UInt32(contents.count))
        common.append(littleEndian: UInt16(name.utf8.count))
        var extra: [UInt8] = []
        if zip64 {
            extra.append(littleEndian: UInt16(1))
            extra.append(littleEndian: UInt16(24))
            for value in [contents.count, data.count, offset] { extra.append(littleEndian: UInt64(value)) }
        }
        common.append(littleEndian: UInt16(extra.count))
        file += [0x50, 0x4b, 3, 4] + common + Array(name.utf8) + extra + data
        directory += [0x50, 0x4b, 1, 2, 45, 0] + common + Array(repeating: 0, count: 10)
        directory.append(littleEndian: zip64 ? UInt32.max : UInt32(offset))
        directory += Array(name.utf8) + extra
    }
    let start = file.count
    file += directory
    if zip64 {
        let record = file.count
        file += [0x50, 0x4b, 6, 6]
        file.append(littleEndian: UInt64(44))
        file += [45, 0, 45, 0] + Array(repeating: 0, count: 8)
        for value in [members.count, members.count, directory.count, start] { file.append(littleEndian: UInt64(value)) }
        file += [0x50, 0x4b, 6, 7, 0, 0, 0, 0]
        file.append(littleEndian: UInt64(record))
        file.append(littleEndian: UInt32(1))
    }
    file += [0x50, 0x4b, 5, 6, 0, 0, 0, 0]
    for _ in 0..<2 { file.append(littleEndian: UInt16(zip64 ? 0xffff : members.count)) }
    file.append(littleEndian: zip64 ? UInt32.max : UInt32(directory.count))
    file.append(littleEndian: zip64 ? UInt32.max : UInt32(start))
    return file + [0, 0]
}

private func deflate(_ bytes: [UInt8]) -> [UInt8] {
    var length = compressBound(UInt(bytes.count))
    var out = [UInt8](repeating: 0, count: Int(length))
    compress(&out, &length, bytes, UInt(bytes.count))
    return Array(out[2..<Int(length) - 4])
}

enum Environment {
    static var seed: UInt64? { ProcessInfo.processInfo.environment["ONNXQ_SEED"].flatMap { UInt64($0) } }
}

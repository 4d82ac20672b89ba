import Foundation
import GraphIR
import Testing

@testable import ONNXFormat

/// The models of the ONNX project's own operator tests, in the folder that `ONNXQ_NODE_CASES` names.
@Suite("The files of the ONNX project's operator cases")
struct NodeCaseMessageTests {
    static let folder: String? = {
        let folder = ProcessInfo.processInfo.environment["ONNXQ_NODE_CASES"]
        if folder == nil { print("SKIPPED: ONNXQ_NODE_CASES names no folder of operator cases") }
        return folder
    }()

    @Test("survive reading and writing", .enabled(if: folder != nil))
    func models() throws {
        let folder = try #require(Self.folder)
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = "\(folder)/\(name)/model.onnx"
            guard FileManager.default.fileExists(atPath: path) else { continue }
            count += 1
            do {
                #expect(try ONNXFile.serialize(try ONNXFile.read(path)) == canonical(try contents(path)), "\(name)")
            } catch {
                Issue.record(error, "\(name)")
            }
        }
        #expect(count > 500)
    }

    @Test("have tensors that survive too", .enabled(if: folder != nil))
    func tensors() throws {
        let folder = try #require(Self.folder)
        var count = 0
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        for name in names.sorted() where name.hasSuffix(".pb") {
            let bytes = try contents("\(folder)/\(name)")
            guard let (tensorName, tensor) = try? TensorFile.read("\(folder)/\(name)") else { continue }
            count += 1
            let writer = MessageWriter(beside: nil)
            let message = try writer.tensor(tensor)
            message.pointee.name = try writer.text(tensorName)
            #expect(try message.packed == canonical(bytes, as: TensorProto.self), "\(name)")
        }
        #expect(count > 1000)
    }
}

import Foundation
import GraphIR
import ONNXFormat
import Passes
import Testing

@Suite(
    "Passes on real models, judged by ONNX Runtime", .serialized,
    .enabled(if: Judge.isThere, "no Python with ONNX Runtime"))
struct ForeignModelTests {
    /// Folded arithmetic rounds in other places; a network amplifies that a little.
    private static let tolerance = 1e-4

    private static let models: [URL] = {
        let folders = [Judge.bundledModels] + [Judge.sharedModels].compactMap(\.self)
        return folders.flatMap { (try? Judge.models(in: $0)) ?? [] }
    }()

    @Test(
        "Models that nobody here wrote are among them",
        .enabled(if: Judge.sharedModels != nil, "no foreign models beside the checkout; set ONNXQ_SHARED"))
    func foreignModels() {
        #expect(Self.models.count > 5)
    }

    @Test("Every single pass keeps what the model computes", arguments: models)
    func everyPass(path: URL) throws {
        try Judge.withTemporaryFolder { folder in
            var model = try ONNXFile.read(path.path())
            model.graph = try model.graph.sorted()
            var pairs: [(URL, URL)] = []
            for (position, pass) in Pipeline.standard().stages.flatMap(\.passes).enumerated() {
                guard try !pass.run(&model).isEmpty else { continue }
                try model.graph.checkInvariants()
                let file = folder.appending(path: "\(position)-\(type(of: pass).name).onnx")
                try ONNXFile.write(model, to: file.path())
                pairs.append((path, file))
            }
            if !pairs.isEmpty { try Judge.expectSameOutputs(pairs, tolerance: Self.tolerance) }
        }
    }

    @Test("The standard pipeline keeps what the model computes and leaves nothing to fold", arguments: models)
    func pipeline(path: URL) throws {
        try Judge.withTemporaryFolder { folder in
            var model = try ONNXFile.read(path.path())
            let nodes = model.graph.nodes.count
            try Pipeline.standard().run(&model)
            try model.graph.checkInvariants()
            #expect(model.opset >= ConvertOpset.leastTarget)
            #expect(model.graph.nodes.count <= nodes)
            #expect(!model.graph.nodes.contains { ["Constant", "Identity", "Dropout"].contains($0.opType) })
            #expect(!model.graph.nodes.contains { $0.opType == "BatchNormalization" })
            let file = folder.appending(path: path.lastPathComponent)
            try ONNXFile.write(model, to: file.path())
            try Judge.expectSameOutputs([(path, file)], tolerance: Self.tolerance)
            #expect(try Pipeline.standard().run(&model).isEmpty)
        }
    }
}

@Suite(
    "Opset conversion, judged by ONNX Runtime", .serialized, .enabled(if: Judge.isThere, "no Python with ONNX Runtime"))
struct OpsetJudgeTests {
    @Test("No operator changed its form without an adapter")
    func everyChange() throws {
        let listed = try Judge.run("opset_changes.py", [])
        #expect(listed.code == 0, Comment(rawValue: listed.text))
        let changes = listed.text.split(separator: "\n").map { $0.split(separator: "\t") }
        try #require(changes.count > 50)
        for change in changes {
            let version = try #require(Int(change[1]))
            #expect(ConvertOpset.versionsRewritten(of: String(change[0])).contains(version), "\(change)")
        }
    }

    @Test("Every operator that changed its form computes the same afterwards", arguments: [13, 17, 18, 21])
    func everyForm(target: Int) throws {
        try Judge.withTemporaryFolder { folder in
            let made = try Judge.run("opset_cases.py", [folder.path()])
            #expect(made.code == 0, Comment(rawValue: made.text))
            var pairs: [(URL, URL)] = []
            for path in try Judge.models(in: folder) {
                var model = try ONNXFile.read(path.path())
                _ = FreezeInitializers().run(&model)
                _ = try ConvertOpset(to: target).run(&model)
                try model.graph.checkInvariants()
                let file = path.deletingPathExtension().appendingPathExtension("to\(target).onnx")
                try ONNXFile.write(model, to: file.path())
                pairs.append((path, file))
            }
            try #require(pairs.count > 200)
            try Judge.expectSameOutputs(pairs, tolerance: 1e-6)
        }
    }
}

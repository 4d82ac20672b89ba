import GraphIR
import Testing

@testable import Calibration

@Suite struct CalibratorTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// x [n, 2] times `weight`, then `tail`.
    private func model(_ weight: [Float], tail: [Node], batch: Dimension = .symbol("n")) -> Model {
        let product = Node("MatMul", name: "product", inputs: ["x", "w"], outputs: ["h"])
        let graph = Graph(
            nodes: [product] + tail, initializers: ["w": Tensor(weight, [2, 2])],
            inputs: [ValueInfo("x", .float32, Shape([batch, 2]))], outputs: [ValueInfo("y", .float32, nil)])
        return Model(opsetImports: [OpsetImport("", 13)], graph: graph)
    }

    private func source(_ rows: [Float], _ model: Model, batch: Int? = nil) throws -> SampleSource {
        let path = try folder.write(npy("<f4", [rows.count / 2, 2], rows), "x.npy")
        return try SampleSource.open(path, inputs: model.graph.requiredInputs, batch: batch)
    }

    private let identity = Node("Identity", inputs: ["h"], outputs: ["y"])

    @Test(arguments: [1, 4, nil]) func everyValueOfEverySampleIsSeen(batch: Int?) throws {
        var generator = SeededGenerator()
        let rows = (0..<60).map { _ in generator.normal() }
        let model = model([2, 0, 0, -1], tail: [identity])
        let seen = try Calibrator.collect(model, values: ["x", "h"], from: source(rows, model, batch: batch))
        #expect(seen["x"] == statistics(rows))
        #expect(seen["h"] == statistics(rows.enumerated().map { $0.offset % 2 == 0 ? 2 * $0.element : -$0.element }))
        #expect(seen.count == 2)
    }

    @Test func partsOfTheSamplesAreSeenOnTheirOwn() throws {
        var generator = SeededGenerator()
        let rows = (0..<60).map { _ in generator.normal() }
        let model = model([1, 0, 0, 1], tail: [identity])
        let seen = try Calibrator.collect(
            model, values: ["x"], from: source(rows, model, batch: 1), parts: SampleParts(samples: 30, parts: 4))
        let borders = [0, 16, 30, 46, 60]
        #expect(seen.map { $0["x"] } == zip(borders, borders.dropFirst()).map { statistics(Array(rows[$0..<$1])) })
    }

    @Test func aModelThatDoesNotKeepSamplesApartIsRunOneByOne() throws {
        let flat = Node("Reshape", inputs: ["h", "shape"], outputs: ["y"])
        var model = model([1, 0, 0, 1], tail: [flat])
        model.graph.initializers["shape"] = Tensor([1, 2] as [Int64], [2])
        let rows: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
        let source = try source(rows, model)
        #expect(source.batch > 1)
        #expect(try Calibrator.collect(model, values: ["y"], from: source)["y"] == statistics(rows))
    }

    @Test func aValueThatIsNeverFiniteIsNamed() throws {
        let model = model([.infinity, 0, 0, .infinity], tail: [identity])
        #expect(throws: CalibrationFault.noFiniteValue("h")) {
            try Calibrator.collect(model, values: ["x", "h"], from: source([1, 1, 2, 2], model))
        }
    }

    @Test func batchesAreSmallAndLeaveNoRestWhereTheyCan() throws {
        let free = model([1, 0, 0, 1], tail: [identity])
        for (count, batch) in [(1, 1), (2, 2), (12, 6), (128, 4), (7, 6), (5, 5)] {
            #expect(try source([Float](repeating: 1, count: 2 * count), free).batch == batch, "\(count) samples")
        }
        let fixed = model([1, 0, 0, 1], tail: [identity], batch: 1)
        #expect(try source([1, 2, 3, 4], fixed).batch == 1)
    }
}

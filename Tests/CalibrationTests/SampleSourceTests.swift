import GraphIR
import Testing

@testable import Calibration

@Suite struct SampleSourceTests {
    let folder: TemporaryFolder
    let image = [ValueInfo("x", .float32, Shape([.symbol("n"), 2]))]
    let pair = [
        ValueInfo("x", .float32, Shape([.symbol("n"), 2])), ValueInfo("ids", .int64, Shape([.symbol("n")])),
    ]

    init() throws { folder = try TemporaryFolder() }

    private func all(_ source: SampleSource) throws -> [Sample] {
        var samples: [Sample] = []
        while let sample = try source.next() { samples.append(sample) }
        return samples
    }

    @Test(arguments: [true, false], [true, false])
    func samplesOfAllArraysOfAnNpzComeTogether(deflated: Bool, zip64: Bool) throws {
        let members = [
            ("x.npy", npy("<f4", [3, 2], [1, 2, 3, 4, 5, 6] as [Float])),
            ("ids.npy", npy("<i8", [3], [7, 8, 9] as [Int64])),
            ("label.npy", npy("<i4", [3], [2, 0, 1] as [Int32])),
        ]
        let path = try folder.write(zip(members, deflated: deflated, zip64: zip64), "a.npz")
        let source = try SampleSource.open(path, inputs: pair)
        #expect(source.count == 3)
        let samples = try all(source)
        #expect(samples.map { $0.values["x"]?.elements(as: Float.self) } == [[1, 2], [3, 4], [5, 6]])
        #expect(samples.map { $0.values["x"]?.extents } == [[1, 2], [1, 2], [1, 2]])
        #expect(samples.map { $0.values["ids"]?.integers } == [[7], [8], [9]])
        #expect(samples.map(\.label) == [2, 0, 1])
        source.rewind()
        #expect(try all(source).count == 3)
    }

    @Test func aLimitEndsTheSamplesEarly() throws {
        let path = try folder.write(npy("<f4", [5, 2], [Float](repeating: 1, count: 10)), "a.npy")
        let source = try SampleSource.open(path, inputs: image, limit: 3)
        #expect(source.count == 3)
        #expect(try all(source).count == 3)
    }

    @Test func aFreeLeadingDimensionTakesSeveralSamplesAtOnce() throws {
        let path = try folder.write(npy("<f4", [5, 2], (0..<10).map(Float.init)), "a.npy")
        let samples = try all(SampleSource.open(path, inputs: image, batch: 2))
        #expect(samples.map(\.count) == [2, 2, 1])
        #expect(samples[2].values["x"]?.floats == [8, 9])
    }

    @Test func aFixedBatchIsFilled() throws {
        let inputs = [ValueInfo("x", .float32, Shape([2, 2]))]
        let path = try folder.write(npy("<f4", [4, 2], (0..<8).map(Float.init)), "a.npy")
        #expect(try all(SampleSource.open(path, inputs: inputs)).map { $0.values["x"]?.extents } == [[2, 2], [2, 2]])
        let odd = try folder.write(npy("<f4", [3, 2], (0..<6).map(Float.init)), "odd.npy")
        #expect(throws: SampleFault.batch(place: odd, count: 3, batch: 2)) {
            try SampleSource.open(odd, inputs: inputs)
        }
    }

    @Test func anArrayWithOneMoreDimensionThanItsInputLosesTheSampleAxis() throws {
        let inputs = [ValueInfo("x", .float32, Shape([3, 2]))]
        let path = try folder.write(npy("<f4", [2, 3, 2], (0..<12).map(Float.init)), "a.npy")
        let samples = try all(SampleSource.open(path, inputs: inputs))
        #expect(samples.map { $0.values["x"]?.extents } == [[3, 2], [3, 2]])
        #expect(samples.allSatisfy { !$0.hasSampleAxis })
    }

    @Test func aFolderIsReadInTheOrderPeopleCount() throws {
        for index in [10, 2, 1] { try folder.write(npy("<f4", [1, 2], [Float(index), 0]), "s\(index).npy") }
        let samples = try all(SampleSource.open(folder.path, inputs: image))
        #expect(samples.map { $0.values["x"]?.floats?.first } == [1, 2, 10])
    }

    @Test func npyFilesNamedAfterTheInputsLieSideBySide() throws {
        try folder.write(npy("<f4", [2, 2], [1, 2, 3, 4] as [Float]), "x.npy")
        try folder.write(npy("<i8", [2], [5, 6] as [Int64]), "ids.npy")
        let samples = try all(SampleSource.open(folder.path, inputs: pair))
        #expect(samples.map { $0.values["ids"]?.integers } == [[5], [6]])
    }

    @Test func wrongNamesAreNamed() throws {
        let x = ("x.npy", npy("<f4", [1, 2], [1, 2] as [Float]))
        let missing = try folder.write(zip([x]), "missing.npz")
        #expect(throws: SampleFault.missingArray(input: "ids", place: missing, present: ["x"])) {
            try SampleSource.open(missing, inputs: pair)
        }
        let extra = try folder.write(zip([x, ("y.npy", x.1)]), "extra.npz")
        #expect(throws: SampleFault.unknownArray("y", place: extra, inputs: ["x"])) {
            try SampleSource.open(extra, inputs: image)
        }
    }

    @Test(arguments: [[2], [1, 3], [1, 1, 3], []])
    func wrongShapesAreRefused(shape: [Int]) throws {
        let count = shape.reduce(1, *)
        let path = try folder.write(npy("<f4", shape, [Float](repeating: 0, count: count)), "a.npy")
        #expect(throws: SampleFault.shape(input: "x", place: path, got: shape, wanted: Shape([.symbol("n"), 2]))) {
            try SampleSource.open(path, inputs: image)
        }
    }

    @Test func arraysOfDifferentLengthAreRefused() throws {
        let members = [
            ("x.npy", npy("<f4", [2, 2], [1, 2, 3, 4] as [Float])), ("ids.npy", npy("<i8", [3], [7, 8, 9] as [Int64])),
        ]
        let path = try folder.write(zip(members), "a.npz")
        #expect(throws: SampleFault.count(array: "ids", 3, other: "x", 2, place: path)) {
            try SampleSource.open(path, inputs: pair)
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func aValueThatIsNotFiniteIsReportedWithItsSample(value: Float) throws {
        let path = try folder.write(npy("<f4", [3, 2], [1, 2, 3, 4, 5, value]), "a.npy")
        for batch in [1, 3] {
            #expect(throws: SampleFault.notFinite(input: "x", sample: 2, place: path)) {
                try all(SampleSource.open(path, inputs: image, batch: batch))
            }
        }
    }

    @Test func nothingToReadIsSaid() throws {
        #expect(throws: SampleFault.noSamples(folder.path)) { try SampleSource.open(folder.path, inputs: image) }
        #expect(throws: SampleFault.missing("/nowhere/at/all")) {
            try SampleSource.open("/nowhere/at/all", inputs: image)
        }
        let empty = try folder.write(npy("<f4", [0, 2], [Float]()), "empty.npy")
        #expect(throws: SampleFault.noSamples(empty)) { try SampleSource.open(empty, inputs: image) }
        let text = try folder.write(Array("hello".utf8), "a.txt")
        #expect(throws: SampleFault.unknownFormat(text)) { try SampleSource.open(text, inputs: image) }
    }
}

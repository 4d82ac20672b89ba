import GraphIR
import Testing

@testable import OnnxQuant

@Suite("Judging outputs")
struct OutputJudgeTests {
    @Test("Outputs are paired by name, whatever their order, and by position where names differ")
    func pairing() throws {
        let float = ["a": Tensor([Float(1)], [1]), "b": Tensor([Float(2)], [1])]
        var byName = try OutputJudge(float: ["a", "b"], quantized: ["b", "a"])
        try byName.add(float: float, quantized: float, samples: 1)
        #expect(byName.results.map(\.sqnr) == [.infinity, .infinity])
        var byPosition = try OutputJudge(float: ["a", "b"], quantized: ["p", "q"])
        try byPosition.add(
            float: float, quantized: ["p": Tensor([Float(1)], [1]), "q": Tensor([Float(4)], [1])], samples: 1)
        #expect(byPosition.results.map(\.largestError) == [0, 2])
        #expect(byPosition.quantizedName(of: "b") == "q")
    }

    @Test("Models with different numbers of outputs, or outputs of different shapes, are not compared")
    func misfits() throws {
        #expect(throws: ComparisonFault.outputs(float: ["a"], quantized: ["a", "b"])) {
            try OutputJudge(float: ["a"], quantized: ["a", "b"])
        }
        var judge = try OutputJudge(float: ["a"], quantized: ["a"])
        try judge.add(
            float: ["a": Tensor([Float(1), 2], [2])], quantized: ["a": Tensor([Float(1), 2], [1, 2])], samples: 1)
        #expect(throws: ComparisonFault.shape(output: "a", float: [2], quantized: [1, 2])) {
            try judge.checkComparable()
        }
        #expect(throws: ComparisonFault.notNumeric(output: "a")) {
            let text = Tensor(strings: [[97]], [1])
            try judge.add(float: ["a": text], quantized: ["a": text], samples: 1)
        }
    }

    @Test("Samples of another shape are counted, and left out of the other figures")
    func otherShapes() throws {
        var judge = try OutputJudge(float: ["a"], quantized: ["a"])
        try judge.add(float: ["a": Tensor([Float(1)], [1])], quantized: ["a": Tensor([Float(1), 2], [2])], samples: 1)
        #expect(judge.results[0].sqnr.isNaN && judge.results[0].otherShape == 1)
        try judge.add(float: ["a": Tensor([Float(3)], [1])], quantized: ["a": Tensor([Float(3)], [1])], samples: 1)
        #expect(judge.results[0].sqnr == .infinity && judge.results[0].guaranteedSQNR.isNaN)
        try judge.checkComparable()
    }

    @Test("Cosines are taken for each sample of a batch")
    func batches() throws {
        var judge = try OutputJudge(float: ["a"], quantized: ["a"])
        try judge.add(
            float: ["a": Tensor([Float(1), 0, 1, 0], [2, 2])],
            quantized: ["a": Tensor([Float(1), 0, 0, 1], [2, 2])], samples: 2)
        #expect(judge.results[0].cosineMin == 0)
        #expect(judge.results[0].cosineMean == 0.5)
    }

    @Test("Integer outputs are compared as numbers")
    func integers() throws {
        var judge = try OutputJudge(float: ["a"], quantized: ["a"])
        try judge.add(
            float: ["a": Tensor([Int64(3)], [1])], quantized: ["a": Tensor([Int64(5)], [1])], samples: 1)
        #expect(judge.results[0].largestError == 2)
    }
}

@Suite("Counting right answers")
struct AccuracyCountTests {
    @Test("An answer is the position of the largest element of a sample, the first of equal ones")
    func answers() {
        var count = AccuracyCount()
        count.add(
            labels: [1, 0], float: Tensor([Float(0), 1, 0, 5], [2, 2]), quantized: Tensor([Float(0), 1, 5, 5], [2, 2]))
        #expect(count.percent(\.float, of: 2) == 50)
        #expect(count.percent(\.quantized, of: 2) == 100)
        #expect(count.percent(\.agreeing, of: 2) == 50)
    }

    @Test("A quantized output without a row for each sample answers wrongly")
    func otherShape() {
        var count = AccuracyCount()
        count.add(labels: [0], float: Tensor([Float(1), 0], [1, 2]), quantized: Tensor([Float](), [0, 2]))
        #expect(count.percent(\.float, of: 1) == 100)
        #expect(count.percent(\.quantized, of: 1) == 0)
    }

    @Test("Without a label and a row for every sample there is no accuracy")
    func incomplete() {
        var count = AccuracyCount()
        count.add(labels: [], float: Tensor([Float(1)], [1]), quantized: Tensor([Float(1)], [1]))
        count.add(labels: [0, 1], float: Tensor([Float(1), 2, 3], [3]), quantized: Tensor([Float(1), 2, 3], [3]))
        #expect(count.percent(\.float, of: 2) == nil)
        count.add(labels: [0], float: Tensor([Float(1), 0], [1, 2]), quantized: Tensor([Float(1), 0], [1, 2]))
        #expect(count.percent(\.float, of: 2) == nil)
        #expect(count.percent(\.float, of: 1) == 100)
    }
}

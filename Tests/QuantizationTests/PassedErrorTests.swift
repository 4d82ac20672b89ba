import GraphIR
import Kernels
import Testing

@testable import Quantization

@Suite("The error that a function lets through")
struct PassedErrorTests {
    /// What a bias is corrected by for outputs of a channel, one in five of which is `active` and errs by -4, the others
    /// by 1, before x times its sigmoid.
    private func correction(active: Float, others: Float) throws -> Float {
        let nodes = [
            Node("Sigmoid", inputs: ["image"], outputs: ["s"]),
            Node("Mul", inputs: ["image", "s"], outputs: ["logits"]),
        ]
        let model = Networks.model(nodes, [:], input: Shape([1, 4]), output: Shape([1, 4]))
        let response = try #require(ReaderResponse(of: "image", in: model, GraphIndex(model.graph)))
        let rows = 4000, data = Matrix(rows: rows, columns: 2), outputs = Matrix(rows: rows, columns: 1)
        let mean = (active + 4 * others) / 5
        for row in 0..<rows {
            let isActive = row % 5 == 0
            outputs[row, 0] = isActive ? active : others
            (data[row, 0], data[row, 1]) = (outputs[row, 0] - mean, isActive ? -4 : 1)
        }
        let weights = Matrix(rows: 2, columns: 1)
        (weights[0, 0], weights[1, 0]) = (1, 1)
        let passed = try #require(PassedError(response, data: data, outputs: outputs, outputMeans: [mean]))
        return passed.correction(weights)[0]
    }

    @Test("a bias makes up for it where the function is steep, not where it is flat, unless all of it gets through")
    func correction() throws {
        let steep = try correction(active: 4, others: -30)
        #expect(steep > 1 && steep < 4)
        #expect(try correction(active: 20, others: 30).magnitude < 1e-3)
    }
}

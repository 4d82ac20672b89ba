import GraphIR
import Passes
import Testing

@Suite("Making Adds of a Sum")
struct ExpandSumTests {
    private func sum(_ operands: String...) -> Model {
        model(
            [Node("Sum", name: "sum", inputs: operands, outputs: ["y"])],
            inputs: ["a": [2, 3, 4], "b": [3, 1], "c": [4]])
    }

    @Test("Operands are added from left to right, each broadcast")
    func chain() throws {
        #expect(try afterKeepingValues(ExpandSum(), sum("a", "b")).opTypes == ["Add"])
        let three = try afterKeepingValues(ExpandSum(), sum("a", "b", "c"))
        #expect(three.opTypes == ["Add", "Add"])
        #expect(Set(three.graph.nodes.map(\.name)).count == 2)
    }

    @Test("A single operand is no addition")
    func single() throws {
        #expect(try after(ExpandSum(), sum("a")).opTypes == ["Sum"])
    }
}

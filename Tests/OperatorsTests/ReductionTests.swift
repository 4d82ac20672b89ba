import Foundation
import GraphIR
import Operators
import Testing

@Suite("Reductions")
struct ReductionTests {
    /// Every reduction as it is for one list of numbers.
    private static let reductions: [(name: String, of: @Sendable ([Double]) -> Double)] = [
        ("ReduceSum", { $0.reduce(0, +) }),
        ("ReduceMean", { $0.reduce(0, +) / Double($0.count) }),
        ("ReduceProd", { $0.reduce(1, *) }),
        ("ReduceMax", { $0.max() ?? -.infinity }),
        ("ReduceMin", { $0.min() ?? .infinity }),
        ("ReduceL1", { $0.map(abs).reduce(0, +) }),
        ("ReduceL2", { $0.map { $0 * $0 }.reduce(0, +).squareRoot() }),
        ("ReduceSumSquare", { $0.map { $0 * $0 }.reduce(0, +) }),
        ("ReduceLogSum", { Foundation.log($0.reduce(0, +)) }),
        ("ReduceLogSumExp", { Foundation.log($0.map(Foundation.exp).reduce(0, +)) }),
    ]

    /// The elements that each result takes, in the order of the results.
    private static func groups(_ values: [Float], _ extents: [Int], _ isReduced: [Bool]) -> [[Double]] {
        let strides = extents.indices.map { extents[($0 + 1)...].reduce(1, *) }
        func positions(_ chosen: Bool) -> [Int] {
            extents.indices.filter { isReduced[$0] == chosen }.reduce([0]) { starts, axis in
                starts.flatMap { start in (0..<extents[axis]).map { start + $0 * strides[axis] } }
            }
        }
        return positions(false).map { start in positions(true).map { Double(values[start + $0]) } }
    }

    @Test("Any axes of any shape reduce to what a plain sum over them gives", arguments: 0..<60)
    func axes(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let extents = (0..<Int.random(in: 1...5, using: &random)).map { _ in
            [0, 1, 1, 2, 3, 4, 5, 17, 40].randomElement(using: &random) ?? 1
        }
        let isReduced = extents.map { _ in Bool.random(using: &random) }
        let values = (0..<extents.reduce(1, *)).map { _ in Float.random(in: 0.5...1.5, using: &random) }
        let x = Tensor(values, extents), axes = extents.indices.filter { isReduced[$0] }
        let keeps = Bool.random(using: &random)
        let attributes = [Attribute("keepdims", keeps ? 1 : 0), Attribute("noop_with_empty_axes", 1)]
        let groups = Self.groups(values, extents, isReduced)
        for (name, function) in Self.reductions {
            let got = try output(of: name, x, integers(axes), attributes: attributes)
            let outer = zip(extents, isReduced)
            #expect(got.extents == (keeps ? outer.map { $1 ? 1 : $0 } : outer.filter { !$0.1 }.map(\.0)))
            for (result, group) in zip(try #require(got.floats), groups) {
                let wanted = function(group)
                let isClose = Double(result) == wanted || result.isNaN && wanted.isNaN
                    || abs(Double(result) - wanted) <= 2e-7 * max(abs(wanted), 1)
                #expect(isClose, "seed \(seed): \(name) of \(extents) along \(axes): \(result), expected \(wanted)")
            }
        }
    }

    @Test("The axes are an attribute in old opsets and an input in new ones")
    func axesArgument() throws {
        let x = Tensor((1...6).map(Float.init), [2, 3]), attribute = [Attribute("axes", [1])]
        #expect(try output(of: "ReduceMean", x, attributes: attribute, opset: 13).floats == [2, 5])
        #expect(try output(of: "ReduceSum", x, attributes: attribute, opset: 12).floats == [6, 15])
        #expect(try output(of: "ReduceSum", x, integers(-2), opset: 13).floats == [5, 7, 9])
        #expect(try output(of: "ReduceMean", x, integers(0), opset: 18).floats == [2.5, 3.5, 4.5])
        #expect(try output(of: "ReduceSum", x, opset: 13).extents == [1, 1])
        #expect(throws: OperatorFault.self) { try output(of: "ReduceSum", x, integers(2), opset: 13) }
        #expect(throws: OperatorFault.self) { try output(of: "ReduceSum", x, integers(0, -2), opset: 13) }
    }

    @Test("A long sum does not lose what each element adds")
    func accuracy() throws {
        let many = Tensor(Array(repeating: Float(0.1), count: 1 << 20), [1 << 10, 1 << 10])
        let wanted = Float(Double(Float(0.1)) * 1048576)
        #expect(try output(of: "ReduceSum", many).floats == [wanted])
        #expect(try output(of: "ReduceSum", many, integers(0)).floats?[7] == Float(Double(Float(0.1)) * 1024))
        #expect(try output(of: "ReduceMean", many).floats == [0.1])
    }

    @Test("Integers are reduced exactly, and modulo the type's size")
    func integerReductions() throws {
        let x = Tensor([Int32.max, 5], [2])
        #expect(try output(of: "ReduceSum", x).integers == [Int(Int32.min) + 4])
        #expect(try output(of: "ReduceMean", Tensor([Int64(-7), 2], [2])).integers == [-2])
        #expect(try output(of: "ReduceMax", Tensor([Int8(-5), -128], [2])).integers == [-5])
        #expect(try output(of: "ReduceMin", Tensor([UInt8(5), 200], [2])).integers == [5])
        #expect(try output(of: "ReduceL2", Tensor([Int32(3), 4], [2])).integers == [5])
        #expect(try output(of: "ReduceLogSum", Tensor([Int32(0)], [1])).integers == [Int(Int32.min)])
        #expect(throws: OperatorFault.elementType(input: 0, got: .uint8)) {
            try output(of: "ReduceSum", Tensor([UInt8(5)], [1]))
        }
    }

    @Test("A logarithm of a sum of powers survives infinities and large numbers")
    func logSumExp() throws {
        let large = Tensor([Float(1000), 1000], [2]), endless = Tensor([-Float.infinity, -.infinity], [2])
        #expect(try output(of: "ReduceLogSumExp", large).floats == [1000 + Foundation.log(Float(2))])
        #expect(try output(of: "ReduceLogSumExp", endless).floats == [-.infinity])
        #expect(try output(of: "ReduceLogSumExp", Tensor([Float.infinity, 0], [2])).floats == [.infinity])
        #expect(try output(of: "ReduceLogSumExp", Tensor([Float.nan, 0], [2])).floats?[0].isNaN == true)
    }

    @Test("NaN is the greatest, the least, and the first of the top")
    func nan() throws {
        let x = Tensor([Float(1), .nan, 3, .nan], [4])
        #expect(try output(of: "ReduceMax", x).floats?[0].isNaN == true)
        #expect(try output(of: "ReduceMin", x).floats?[0].isNaN == true)
        #expect(try output(of: "ArgMax", x).integers == [1])
        #expect(try output(of: "ArgMin", x, attributes: [Attribute("select_last_index", 1)]).integers == [3])
        let top = try outputs(of: "TopK", [x, integers(3)], count: 2)
        #expect(top[1].integers == [1, 3, 2])
        #expect(top[0].floats?[2] == 3)
    }

    @Test("TopK is a stable sort cut short", arguments: 0..<20)
    func top(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let extent = Int.random(in: 1...50, using: &random), k = Int.random(in: 0...extent, using: &random)
        let values = (0..<extent).map { _ in Int64.random(in: -9...9, using: &random) }
        for largest in [true, false] {
            let order = values.indices.sorted {
                values[$0] == values[$1] ? $0 < $1 : (values[$0] > values[$1]) == largest
            }
            let got = try outputs(
                of: "TopK", [Tensor(values, [extent]), integers(k)], [Attribute("largest", largest ? 1 : 0)], count: 2)
            #expect(got[0].integers == order.prefix(k).map { Int(values[$0]) }, "seed \(seed)")
            #expect(got[1].integers == Array(order.prefix(k)), "seed \(seed)")
        }
    }

    @Test("TopK gives either output alone")
    func topAlone() throws {
        let x = Tensor([Float(2), 5, 3], [3])
        let node = Node("TopK", inputs: ["x", "k"], outputs: ["", "positions"])
        let positions = try OperatorTable.evaluate(node, opset: 11, inputs: [x, integers(2)])
        #expect(positions[1]?.integers == [1, 2])
        #expect(try outputs(of: "TopK", [x], [Attribute("k", 1)], opset: 9)[0].floats == [5])
        #expect(throws: OperatorFault.value("k is 4, the axis has 3 elements")) {
            try outputs(of: "TopK", [x, integers(4)], count: 2)
        }
    }

    @Test("Running sums go both ways, with and without the element itself")
    func running() throws {
        let x = Tensor([Float(1), 2, 3, 4, 5, 6], [2, 3])
        let exclusive = Attribute("exclusive", 1), reverse = Attribute("reverse", 1)
        #expect(try output(of: "CumSum", x, integers(0)).floats == [1, 2, 3, 5, 7, 9])
        #expect(try output(of: "CumSum", x, integers(-1), attributes: [exclusive]).floats == [0, 1, 3, 0, 4, 9])
        let both = try output(of: "CumSum", x, integers(1), attributes: [exclusive, reverse])
        #expect(both.floats == [5, 3, 0, 11, 6, 0])
        let products = try output(of: "CumProd", x, integers(1), attributes: [reverse], opset: 26)
        #expect(products.floats == [6, 6, 3, 120, 30, 6])
        #expect(throws: OperatorFault.self) { try output(of: "CumSum", x, integers(2)) }
    }
}

import GraphIR
import Operators
import Testing

@Suite("Broadcasting")
struct BroadcastingTests {
    /// A result shape, and two shapes that broadcast to it.
    private static func shapes(using random: inout SeededGenerator) -> (a: [Int], b: [Int], result: [Int]) {
        let result = (0..<Int.random(in: 0...5, using: &random)).map { _ in Int.random(in: 1...5, using: &random) }
        var operands = [result, result]
        for axis in result.indices {
            let choice = Int.random(in: 0..<4, using: &random)
            if choice < 2 { operands[choice][axis] = 1 }
        }
        let kept = operands.map { operand -> [Int] in
            let ones = operand.prefix { $0 == 1 }.count
            return Array(operand.dropFirst(Int.random(in: 0...ones, using: &random)))
        }
        let rank = max(kept[0].count, kept[1].count)
        return (kept[0], kept[1], Array(result.suffix(rank)))
    }

    /// The element that broadcasting puts at `coordinates`.
    private static func element<T>(_ values: [T], _ extents: [Int], at coordinates: [Int]) -> T {
        var position = 0
        for (extent, coordinate) in zip(extents, coordinates.suffix(extents.count)) {
            position = position * extent + (extent == 1 ? 0 : coordinate)
        }
        return values[position]
    }

    private static func everyCoordinate(_ extents: [Int]) -> [[Int]] {
        extents.reduce([[]]) { prefixes, extent in prefixes.flatMap { prefix in (0..<extent).map { prefix + [$0] } } }
    }

    @Test("Arithmetic pairs the elements that NumPy pairs", arguments: 0..<60)
    func pairs(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (a, b, result) = Self.shapes(using: &random)
        let left = (0..<a.reduce(1, *)).map { _ in Float(Int.random(in: -99...99, using: &random)) }
        let right = (0..<b.reduce(1, *)).map { _ in Float(Int.random(in: 1...99, using: &random)) }
        let operations: [(String, (Float, Float) -> Float)] = [
            ("Add", { $0 + $1 }), ("Sub", { $0 - $1 }), ("Mul", { $0 * $1 }), ("Div", { $0 / $1 }),
            ("Max", { max($0, $1) }), ("Min", { min($0, $1) }),
        ]
        for (name, operation) in operations {
            let got = try output(of: name, Tensor(left, a), Tensor(right, b))
            #expect(got.extents == result, "seed \(seed): \(name) of \(a) and \(b)")
            let wanted = Self.everyCoordinate(result).map {
                operation(Self.element(left, a, at: $0), Self.element(right, b, at: $0))
            }
            #expect(got.floats == wanted, "seed \(seed): \(name) of \(a) and \(b)")
        }
        let comparisons: [(String, (Float, Float) -> Bool)] = [("Less", { $0 < $1 }), ("GreaterOrEqual", { $0 >= $1 })]
        for (name, operation) in comparisons {
            let got = try output(of: name, Tensor(left, a), Tensor(right, b))
            let wanted = Self.everyCoordinate(result).map {
                operation(Self.element(left, a, at: $0), Self.element(right, b, at: $0)) ? 1 : 0
            }
            #expect(got.integers == wanted, "seed \(seed): \(name) of \(a) and \(b)")
        }
    }

    @Test("Where takes from three shapes at once", arguments: 0..<30)
    func choice(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (a, b, result) = Self.shapes(using: &random)
        let condition = (0..<a.reduce(1, *)).map { _ in Bool.random(using: &random) }
        let left = (0..<b.reduce(1, *)).map { _ in Int64.random(in: .min ... .max, using: &random) }
        let right = Int64.random(in: .min ... .max, using: &random)
        let got = try output(of: "Where", Tensor(condition, a), Tensor(left, b), Tensor(scalar: right))
        let wanted = Self.everyCoordinate(result).map {
            Self.element(condition, a, at: $0) ? Self.element(left, b, at: $0) : right
        }
        #expect(got.elements(as: Int64.self) == wanted, "seed \(seed): \(a) and \(b)")
    }

    @Test("Three operands may each give the result an axis")
    func variadic() throws {
        let a = Tensor([Float(1), 2], [2, 1, 1]), b = Tensor([Float(10), 20], [2, 1])
        let c = Tensor([Float(100), 200], [2])
        let sums: [Float] = [111, 211, 121, 221, 112, 212, 122, 222]
        #expect(try output(of: "Sum", a, b, c).floats == sums)
        #expect(try output(of: "Mean", a, b, c).floats == sums.map { $0 / 3 })
        #expect(try output(of: "Max", a, b, c).floats == [100, 200, 100, 200, 100, 200, 100, 200])
        #expect(try output(of: "Sum", a).floats == [1, 2])
    }

    @Test("Shapes that do not broadcast are refused, by name of the extents")
    func refused() {
        let a = counted(.float32, [2, 3]), b = counted(.float32, [2, 4])
        #expect(throws: OperatorFault.shape("[2, 3] and [2, 4] do not broadcast: 3 against 4")) {
            try output(of: "Add", a, b)
        }
        #expect(throws: OperatorFault.self) { try output(of: "Sum", a, a, b) }
        #expect(throws: OperatorFault.elementType(input: 1, got: .int32)) {
            try output(of: "Add", a, Tensor(scalar: Int32(1)))
        }
    }

    @Test("Before opset 7 the second operand lies where the axis attribute says")
    func legacy() throws {
        let a = Tensor((0..<12).map(Float.init), [2, 3, 2]), b = Tensor([Float(10), 20, 30], [3])
        let aligned = [Attribute("broadcast", 1), Attribute("axis", 1)]
        let added = try output(of: "Add", a, b, attributes: aligned, opset: 6)
        #expect(added.floats == [10, 11, 22, 23, 34, 35, 16, 17, 28, 29, 40, 41])
        let last = [Attribute("broadcast", 1)]
        let trailing = try output(of: "Mul", a, Tensor([Float(1), 2], [2]), attributes: last, opset: 6)
        #expect(trailing.floats == [0, 2, 2, 6, 4, 10, 6, 14, 8, 18, 10, 22])
        #expect(throws: OperatorFault.self) { try output(of: "Add", a, b, opset: 6) }
        #expect(throws: OperatorFault.self) {
            try output(of: "Add", a, b, attributes: last, opset: 6)
        }
        #expect(throws: OperatorFault.self) {
            try output(of: "Add", Tensor([Float(1)], [1]), b, attributes: last, opset: 6)
        }
        let x = Tensor([Float(-1), -2, -3, 4], [1, 2, 2])
        let sloped = try output(of: "PRelu", x, Tensor([Float(2), 3], [2]), opset: 6)
        #expect(sloped.floats == [-2, -4, -9, 4])
    }

    @Test("Half-precision operands are added in float32 and rounded once")
    func halves() throws {
        let bits: [UInt16] = [0x3c00, 0x3555, 0x7bff, 0x8000, 0x0001, 0x7c00]
        let halves = Tensor(.float16, [6], bytes: Tensor(bits, [6]).bytes)
        let doubled: [Float]? = halves.floats?.map { $0 > 65000 ? Float.infinity : $0 * 2 }
        #expect(try output(of: "Add", halves, halves).floats == doubled)
        let wide = Tensor(.bfloat16, [2], bytes: Tensor([UInt16(0x3f80), 0xc000], [2]).bytes)
        #expect(try output(of: "Mul", wide, wide).floats == [1, 4])
        #expect(try output(of: "Greater", halves, halves).integers == [0, 0, 0, 0, 0, 0])
    }
}

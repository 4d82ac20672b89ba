import GraphIR
import Operators
import Testing

@Suite("Einstein's summation")
struct EinsumTests {
    /// The sum as it is defined: over every value of every letter.
    private static func plain(
        _ equation: String, _ operands: [[Int]], _ values: [[Double]]
    ) -> (extents: [Int], [Double]) {
        let sides = equation.split(separator: "->", omittingEmptySubsequences: false).map(String.init)
        let labels = sides[0].split(separator: ",", omittingEmptySubsequences: false).map(Array.init)
        var extents: [Character: Int] = [:]
        for (label, extent) in zip(labels, operands).flatMap({ zip($0, $1) }) where extents[label] ?? 1 == 1 {
            extents[label] = extent
        }
        let result = Array(sides[1]), letters = extents.keys.sorted()
        let shape = result.map { extents[$0] ?? 1 }
        var sums = Array(repeating: 0.0, count: shape.reduce(1, *))
        func position(_ labels: [Character], _ shape: [Int], _ at: [Character: Int]) -> Int {
            zip(labels, shape).reduce(0) { $0 * $1.1 + ($1.1 == 1 ? 0 : at[$1.0] ?? 0) }
        }
        var assignments: [[Character: Int]] = [[:]]
        for letter in letters {
            assignments = assignments.flatMap { before in
                (0..<(extents[letter] ?? 1)).map { before.merging([letter: $0]) { $1 } }
            }
        }
        for at in assignments {
            let product = operands.indices.reduce(1.0) { $0 * values[$1][position(labels[$1], operands[$1], at)] }
            sums[position(result, shape, at)] += product
        }
        return (shape, sums)
    }

    private static let calls: [(String, [[Int]])] = [
        ("ij,jk->ik", [[3, 4], [4, 5]]), ("ij,jk->ki", [[3, 4], [4, 5]]), ("ij->ji", [[3, 4]]), ("ij->", [[3, 4]]),
        ("ii->i", [[4, 4]]), ("ii->", [[4, 4]]), ("iji->j", [[3, 2, 3]]), ("i,j->ij", [[3], [4]]),
        ("bhqd,bhkd->bhqk", [[2, 3, 4, 5], [2, 3, 6, 5]]), ("bhqk,bkhd->bqhd", [[2, 3, 4, 6], [2, 6, 3, 5]]),
        ("ij,jk,kl->il", [[2, 3], [3, 4], [4, 5]]), ("ij,ij,ij->i", [[3, 4], [3, 4], [3, 4]]),
        ("i,,j->j", [[3], [], [4]]), ("ij,kl->", [[2, 3], [4, 2]]), ("ij,jk->ik", [[3, 1], [4, 5]]),
        ("ij,ij->ij", [[1, 4], [3, 4]]), ("ij,jk->ik", [[3, 0], [0, 5]]), ("aab,bcc->ac", [[2, 2, 3], [3, 4, 4]]),
        (",->", [[], []]), ("ab,b,c->cab", [[2, 3], [3], [2]]),
    ]

    @Test("Every form of equation gives the sum by its definition", arguments: calls.indices)
    func forms(_ index: Int) throws {
        let (equation, operands) = Self.calls[index]
        var random = SeededGenerator(seed: UInt64(index))
        let values = operands.map { extents in
            (0..<extents.reduce(1, *)).map { _ in Double(Int.random(in: -9...9, using: &random)) }
        }
        let wanted = Self.plain(equation, operands, values)
        let attributes = [Attribute("equation", equation)]
        let floats = zip(values, operands).map { Tensor($0.map(Float.init), $1) }
        let got = try outputs(of: "Einsum", floats, attributes)[0]
        #expect(got.extents == wanted.extents, "\(equation)")
        #expect(got.floats?.map(Double.init) == wanted.1, "\(equation)")
        let integers = zip(values, operands).map { Tensor($0.map(Int64.init), $1) }
        let whole = try outputs(of: "Einsum", integers, attributes)[0]
        #expect(whole.integers?.map(Double.init) == wanted.1, "\(equation)")
    }

    @Test("An ellipsis stands for axes that broadcast; without an arrow the single letters are the result, in order")
    func implicit() throws {
        let a = Tensor((1...12).map(Float.init), [2, 1, 2, 3]), b = Tensor((1...18).map(Float.init), [3, 3, 2])
        let got = try output(of: "Einsum", a, b, attributes: [Attribute("equation", "...ij, ...jk")])
        expectSame(got, try output(of: "MatMul", a, b))
        let square = Tensor([Float(1), 2, 3, 4], [2, 2])
        let transposed = try output(of: "Einsum", square, attributes: [Attribute("equation", "ba")])
        #expect(transposed.floats == [1, 3, 2, 4])
    }

    @Test("What is no equation, or does not fit the operands, is refused")
    func refused() {
        let a = Tensor((1...6).map(Float.init), [2, 3])
        let equations = [
            "ij->->i", "i1->i", "ij->ii", "ij->k", "i->i", "ijk->i", "ij,jk->ik", "....->", "...i...->", "ii->",
        ]
        for equation in equations {
            #expect(throws: OperatorFault.self, "\(equation)") {
                try output(of: "Einsum", a, attributes: [Attribute("equation", equation)])
            }
        }
    }
}

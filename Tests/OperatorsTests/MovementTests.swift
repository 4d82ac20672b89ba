import GraphIR
import Operators
import Testing

@Suite("Moving elements")
struct MovementTests {
    static let types: [ElementType] = [.uint8, .float16, .float32, .int64, .complex128]

    @Test("Transpose puts every element where its permuted coordinates say", arguments: types)
    func transpose(_ type: ElementType) throws {
        var random = SeededGenerator(seed: 1)
        let shapes = [[2, 3, 5, 7], [1, 67, 35], [64, 49], [3, 100, 33], [2, 1, 4, 1], [5, 2, 3, 2, 2], [40, 2, 2], [7]]
        for extents in shapes {
            for _ in 0..<4 {
                let perm = Array(extents.indices).shuffled(using: &random)
                let data = counted(type, extents)
                let result = try output(of: "Transpose", data, attributes: [Attribute("perm", perm)])
                let expected = picked(data, perm.map { extents[$0] }) { coordinates in
                    extents.indices.map { axis in coordinates[perm.firstIndex(of: axis) ?? 0] }
                }
                expectSame(result, expected, "\(extents) by \(perm), seed 1")
            }
        }
    }

    @Test("Slice walks each axis from start to end, forwards and backwards", arguments: types)
    func slice(_ type: ElementType) throws {
        var random = SeededGenerator(seed: 2)
        let data = counted(type, [4, 5, 6])
        for _ in 0..<60 {
            let axes = [0, 1, 2].shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            let starts = axes.map { _ in Int.random(in: -8...8, using: &random) }
            let ends = axes.map { _ in Int.random(in: -8...8, using: &random) }
            let steps = axes.map { _ in [-3, -2, -1, 1, 2, 3].randomElement(using: &random) ?? 1 }
            var positions = data.extents.map { Array(0..<$0) }
            for (index, axis) in axes.enumerated() {
                positions[axis] = pythonSlice(data.extents[axis], starts[index], ends[index], steps[index])
            }
            let result = try output(
                of: "Slice", data, integers(starts), integers(ends), integers(Array(axes)), integers(steps))
            let expected = picked(data, positions.map(\.count)) { zip(positions, $0).map { $0[$1] } }
            expectSame(result, expected, "\(starts) to \(ends) by \(steps) along \(axes), seed 2")
        }
    }

    /// The positions that `range(n)[start:end:step]` gives.
    private func pythonSlice(_ n: Int, _ start: Int, _ end: Int, _ step: Int) -> [Int] {
        let first = start < 0 ? start + n : start
        let last = end < 0 ? end + n : end
        return step > 0
            ? Array(stride(from: max(first, 0), to: min(last, n), by: step))
            : Array(stride(from: min(first, n - 1), to: max(last, -1), by: step))
    }

    @Test("Pad takes outside elements from where its mode says", arguments: ["constant", "edge", "reflect", "wrap"])
    func pad(_ mode: String) throws {
        let source = { (position: Int, extent: Int) -> Int? in
            switch mode {
            case "constant": (0..<extent).contains(position) ? position : nil
            case "edge": min(max(position, 0), extent - 1)
            case "wrap": (position % extent + extent) % extent
            default:
                extent == 1 ? 0 : {
                    let phase = abs(position) % (2 * extent - 2)
                    return phase < extent ? phase : 2 * extent - 2 - phase
                }()
            }
        }
        var random = SeededGenerator(seed: 3)
        for type in Self.types where type != .complex128 {
            for extents in [[3, 4, 5], [2, 7], [1, 6, 2, 3]] {
                let data = counted(type, extents)
                let fill = counted(type, [])
                let pads = (0..<2 * extents.count).map { _ in Int.random(in: -1...9, using: &random) }
                let padded = extents.indices.map { extents[$0] + pads[$0] + pads[$0 + extents.count] }
                if padded.contains(where: { $0 < 0 }) { continue }
                let result = try output(of: "Pad", data, integers(pads), fill, attributes: [Attribute("mode", mode)])
                let bytes = coordinates(padded).flatMap { at in
                    let from = extents.indices.map { source(at[$0] - pads[$0], extents[$0]) }
                    return from.contains(nil) ? fill.allBytes : data.element(at: from.compactMap(\.self))
                }
                expectSame(result, Tensor(type, padded, bytes: ArrayBytes(bytes)), "\(extents) by \(pads), seed 3")
            }
        }
    }

    private func coordinates(_ extents: [Int]) -> [[Int]] {
        extents.reduce([[]]) { before, extent in before.flatMap { start in (0..<extent).map { start + [$0] } } }
    }

    @Test("Concat joins what Split takes apart", arguments: types)
    func concatAndSplit(_ type: ElementType) throws {
        let data = counted(type, [3, 8, 5])
        for axis in -3..<3 {
            let extent = data.extents[(axis + 3) % 3]
            let sizes = [1, 0, extent - 1]
            let parts = try outputs(of: "Split", [data, integers(sizes)], [Attribute("axis", axis)], count: 3)
            #expect(parts.map { $0.extents[(axis + 3) % 3] } == sizes)
            expectSame(try outputs(of: "Concat", parts, [Attribute("axis", axis)])[0], data)
        }
        let uneven = try outputs(
            of: "Split", [data], [Attribute("axis", 1), Attribute("num_outputs", 3)], count: 3, opset: 18)
        #expect(uneven.map { $0.extents[1] } == [3, 3, 2])
    }

    @Test("Tile and Expand repeat along every axis", arguments: types)
    func repeating(_ type: ElementType) throws {
        let data = counted(type, [2, 1, 3])
        let tiled = try output(of: "Tile", data, integers(2, 3, 2))
        expectSame(tiled, picked(data, [4, 3, 6]) { [$0[0] % 2, 0, $0[2] % 3] })
        let expanded = try output(of: "Expand", data, integers(4, 1, 5, 3))
        expectSame(expanded, picked(data, [4, 2, 5, 3]) { [$0[1], 0, $0[3]] })
        #expect(try output(of: "Tile", data, integers(0, 3, 2)).extents == [0, 3, 6])
    }

    @Test("Gather copies the chosen parts, negative indices counting from the end", arguments: types)
    func gather(_ type: ElementType) throws {
        let data = counted(type, [3, 4, 5])
        for axis in 0..<3 {
            let extent = data.extents[axis]
            let indices = Tensor([0, -1, Int32(extent - 1), Int32(-extent), 1, 1], [2, 3])
            let chosen = [0, extent - 1, extent - 1, 0, 1, 1]
            var extents = data.extents
            extents.replaceSubrange(axis...axis, with: [2, 3])
            let expected = picked(data, extents) { at in
                Array(at[..<axis]) + [chosen[at[axis] * 3 + at[axis + 1]]] + at[(axis + 2)...]
            }
            expectSame(try output(of: "Gather", data, indices, attributes: [Attribute("axis", axis)]), expected)
        }
    }

    @Test("Scatters combine in the element's own type, in the order of the updates")
    func reductions() throws {
        let data = Tensor([Int8(100), -100, 3], [3])
        let indices = integers(0, 0, 1, -1)
        let updates = Tensor([Int8(100), 1, -100, 5], [4])
        for (reduction, expected) in [
            ("none", [Int8(1), -100, 5]), ("add", [-55, 56, 8]), ("mul", [16, 16, 15]), ("min", [1, -100, 3]),
            ("max", [100, -100, 5]),
        ] {
            let attributes = [Attribute("reduction", reduction)]
            let result = try output(of: "ScatterElements", data, indices, updates, attributes: attributes)
            #expect(result.elements(as: Int8.self) == expected, "\(reduction)")
            let tuples = Tensor([Int64(0), 0, 1, 2], [4, 1])
            let same = try output(of: "ScatterND", data, tuples, updates, attributes: attributes)
            #expect(same.elements(as: Int8.self) == expected, "\(reduction)")
        }
    }

    @Test("Unique, NonZero and Compress follow the contents")
    func contents() throws {
        let data = Tensor([Float(2), -0.0, 1, 0, 2, -3], [6])
        let unique = try outputs(of: "Unique", [data], count: 4)
        #expect(unique[0].elements(as: Float.self) == [-3, 0, 1, 2])
        #expect(unique.dropFirst().map(\.integers) == [[5, 1, 2, 0], [3, 1, 2, 1, 3, 0], [1, 2, 1, 2]])
        #expect(try output(of: "NonZero", data).integers == [0, 2, 4, 5])
        let condition = Tensor([true, false, true], [3])
        #expect(try output(of: "Compress", data, condition).elements(as: Float.self) == [2, 1])
    }
}

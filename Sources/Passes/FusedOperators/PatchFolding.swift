internal import GraphIR

/// Images put together from patches.
extension ExpandFusedOperators {
    /// `y[.., o₀ b₀ + i₀, ..] = x[.., (i₀, ..), (o₀, ..)]`: Col2Im whose blocks lie side by side and fill the image, where
    /// nothing is added up.
    static let foldedPatches: Rule = { node, expansion in
        guard let x = node.input(0), let image = extents(node.input(1), expansion),
            let block = extents(node.input(2), expansion), image.count == block.count,
            (node.ints("pads") ?? []).allSatisfy({ $0 == 0 }), (node.ints("dilations") ?? []).allSatisfy({ $0 == 1 }),
            let packed = expansion.shape(x), packed.rank == 3, let rows = packed[1].value, let columns = packed[2].value,
            let size = Shape(block).elementCount, rows.isMultiple(of: size),
            zip(image, block).allSatisfy({ $0.isMultiple(of: $1) })
        else { return nil }
        let strides = node.ints("strides") ?? Array(repeating: 1, count: image.count)
        let counts = zip(image, block).map { $0 / $1 }
        guard strides.count == image.count, Shape(counts).elementCount == columns,
            image.indices.allSatisfy({ strides[$0] == block[$0] || counts[$0] == 1 })
        else { return nil }
        let axes = image.count
        func shaped(_ value: String, _ extents: [Int]) -> String {
            let shape = [0, rows / size] + extents
            return expansion.add("Reshape", [value, expansion.constant(Tensor(shape.map(Int64.init), [shape.count]))])
        }
        let order = [0, 1] + (0..<axes).flatMap { [2 + axes + $0, 2 + $0] }
        let turned = expansion.add("Transpose", [shaped(x, block + counts)], attributes: [Attribute("perm", order)])
        return [shaped(turned, image)]
    }

    private static func extents(_ value: String?, _ expansion: Expansion) -> [Int]? {
        guard let extents = value.flatMap({ expansion.facts($0)?.constant?.integers }), !extents.isEmpty,
            extents.allSatisfy({ (1...Int(Int32.max)).contains($0) })
        else { return nil }
        return extents
    }
}

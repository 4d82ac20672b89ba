internal import GraphIR
internal import Kernels
internal import Operators

/// A convolution or matrix product as rows times a matrix: for each output position the numbers its sums run over.
///
/// Of all positions of all samples a fixed number is taken, spread evenly, the same ones whatever runs them.
struct ProductRows {
    let groups: Int
    /// Numbers a sum runs over, and output channels, in each group.
    let inner: Int
    let channels: Int
    /// Output positions, and rows taken of them.
    let positionCount: Int
    let count: Int
    let layer: TwinRun.Layer
    private let weight: Tensor
    /// Of each batch: the convolution, or `nil` for a matrix product.
    let shapes: [ConvolutionShape?]
    /// Of each batch: the positions taken.
    private let positions: [[Int64]]

    /// `nil` where the node is no convolution or product of rows with one matrix, or where errors before have changed how
    /// many rows there are.
    init?(_ layer: TwinRun.Layer, weight: Tensor, most: (_ inner: Int) -> Int) {
        self.layer = layer
        self.weight = weight
        if layer.node.isStandard("Conv") {
            let shapes = layer.data.compactMap {
                try? ConvolutionShape(of: layer.node, data: $0.extents, weights: weight.extents)
            }
            guard shapes.count == layer.data.count, let first = shapes.first, first.source.count <= 3 else { return nil }
            self.shapes = shapes
            groups = first.groups
            inner = weight.elementCount / max(weight.extents[0], 1)
            channels = weight.extents[0] / max(first.groups, 1)
        } else {
            guard weight.extents.count == 2, layer.node.isStandard("Gemm") || layer.node.isStandard("MatMul"),
                layer.data.allSatisfy({ $0.extents.count >= 2 })
            else { return nil }
            shapes = Array(repeating: nil, count: layer.data.count)
            groups = 1
            channels = weight.extents[layer.product.weightAxis]
            inner = weight.extents[1 - layer.product.weightAxis]
        }
        guard inner > 0, channels > 0 else { return nil }
        let channelsInAll = channels * groups
        let available = layer.outputs.map { $0.elementCount / channelsInAll }
        let given = zip(layer.data, shapes).map { [inner] data, shape in
            shape.map { $0.batch * $0.destination.reduce(1, *) } ?? data.elementCount / inner
        }
        guard available == given else { return nil }
        positionCount = available.reduce(0, +)
        positions = Self.spread(available, most: most(inner))
        count = positions.reduce(0) { $0 + $1.count }
        guard count > 0 else { return nil }
    }

    /// At most `most` of all positions, one in each of as many equal stretches, at a place in it that a fixed sequence
    /// chooses.
    private static func spread(_ available: [Int], most: Int) -> [[Int64]] {
        let total = available.reduce(0, +)
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        var wanted = (0..<min(total, most)).map { index -> Int in
            guard total > most else { return index }
            let start = index * total / most, end = (index + 1) * total / most
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return start + Int(state >> 33) % max(end - start, 1)
        }[...]
        var offset = 0
        return available.map { count in
            let own = wanted.prefix { $0 < offset + count }
            wanted = wanted.dropFirst(own.count)
            defer { offset += count }
            return own.map { Int64($0 - offset) }
        }
    }

    /// The rows of the quantized data: [count, inner].
    func data(group: Int) -> Matrix {
        let result = Matrix(unwrittenRows: count, columns: inner)
        var row = 0
        for (batch, positions) in positions.enumerated() {
            layer.data[batch].withFloats { source in
                if let shape = shapes[batch] {
                    let plane = shape.source.reduce(1, *), windows = Windows(shape)
                    for (sample, taken) in bySample(positions, shape.destination.reduce(1, *)) {
                        nonisolated(unsafe) let data = source + (sample * shape.sourceChannels + group * windows.channels) * plane
                        KernelThreads.share(taken.count) { [row] in
                            windows.gather(data, positions: Array(taken[$0]), into: result, row: row + $0.lowerBound)
                        }
                        row += taken.count
                    }
                } else {
                    for position in positions {
                        (result.base + row * inner).update(from: source + Int(position) * inner, count: inner)
                        row += 1
                    }
                }
            }
        }
        return result
    }

    /// The float outputs at the same positions, bias included: [count, channels].
    func outputs(group: Int) -> Matrix {
        let result = Matrix(unwrittenRows: count, columns: channels)
        var row = 0
        for (batch, positions) in positions.enumerated() {
            let plane = shapes[batch].map { $0.destination.reduce(1, *) } ?? 1
            layer.outputs[batch].withFloats { source in
                nonisolated(unsafe) let source = source
                KernelThreads.share(positions.count) { [row, groups, channels] range in
                    for index in range {
                        let sample = Int(positions[index]) / plane, place = Int(positions[index]) % plane
                        let first = source + (sample * groups + group) * channels * plane + place
                        let target = result.base + (row + index) * channels
                        for channel in 0..<channels { target[channel] = first[channel * plane] }
                    }
                }
            }
            row += positions.count
        }
        return result
    }

    private func bySample(_ positions: [Int64], _ plane: Int) -> [(sample: Int, positions: [Int64])] {
        var result: [(sample: Int, positions: [Int64])] = []
        for position in positions {
            let sample = Int(position) / plane
            if result.last?.sample != sample { result.append((sample, [])) }
            result[result.count - 1].positions.append(position % Int64(plane))
        }
        return result
    }

    // MARK: Weights

    /// The weight of one group, [inner, channels].
    func weights(group: Int) -> Matrix {
        let result = Matrix(unwrittenRows: inner, columns: channels)
        nonisolated(unsafe) let target = result.base
        weight.withFloats {
            nonisolated(unsafe) let source = $0 + group * channels * inner
            guard hasChannelsFirst else { return target.update(from: source, count: inner * channels) }
            KernelThreads.share(inner) { [channels, inner] in
                for rows in Self.blocks(of: $0) {
                    for channel in 0..<channels {
                        for row in rows { target[row * channels + channel] = source[channel * inner + row] }
                    }
                }
            }
        }
        return result
    }

    /// The scales of one group on the weight's grid.
    func scales(_ grid: Grid, group: Int) -> [Float] {
        guard grid.scales.count == groups * channels else { return Array(repeating: grid.scales[0], count: channels) }
        return Array(grid.scales[group * channels..<(group + 1) * channels])
    }

    /// Puts the integers of one group, [inner, channels], where they belong in the weight's own order.
    func store(_ integers: [Int8], group: Int, into all: inout [Int8]) {
        let first = group * channels * inner, hasChannelsFirst = hasChannelsFirst
        all.withUnsafeMutableBufferPointer { all in
            nonisolated(unsafe) let all = all
            KernelThreads.share(inner) { [channels, inner] in
                for rows in Self.blocks(of: $0) {
                    for channel in 0..<channels {
                        for row in rows {
                            let place = hasChannelsFirst ? channel * inner + row : row * channels + channel
                            all[first + place] = integers[row * channels + channel]
                        }
                    }
                }
            }
        }
    }

    /// Few enough rows at a time that the cache holds a line of each.
    private static func blocks(of rows: Range<Int>) -> some Sequence<Range<Int>> {
        stride(from: rows.lowerBound, to: rows.upperBound, by: 16).lazy.map { $0..<min($0 + 16, rows.upperBound) }
    }

    /// Whether the weight lies output channel after output channel.
    private var hasChannelsFirst: Bool { layer.node.isStandard("Conv") || layer.product.weightAxis == 0 }
}

/// The runs of neighbouring elements that a quantized tensor falls into, in order: each run is on one grid, or has a
/// grid for each of its elements.
struct GridWalk: Sendable {
    /// The tensor is `outer` times `blocks` blocks of `rows` runs.
    let outer: Int
    let gridsPerOuter: Int
    let isGridPerElement: Bool
    private let blocks: Int
    private let gridsPerBlock: Int
    private let rows: Int
    private let lastRows: Int
    private let length: Int
    private let lastLength: Int

    private init(
        outer: Int, blocks: Int, rows: Int = 1, lastRows: Int? = nil, length: Int, lastLength: Int? = nil,
        gridsPerOuter: Int, gridsPerBlock: Int, isGridPerElement: Bool
    ) {
        self.outer = outer
        self.blocks = blocks
        self.rows = rows
        self.lastRows = lastRows ?? rows
        self.length = length
        self.lastLength = lastLength ?? length
        self.gridsPerOuter = gridsPerOuter
        self.gridsPerBlock = gridsPerBlock
        self.isGridPerElement = isGridPerElement
    }

    init(count: Int) {
        self.init(outer: 1, blocks: 1, length: count, gridsPerOuter: 0, gridsPerBlock: 0, isGridPerElement: false)
    }

    init(extents: [Int], axis: Int) {
        let (outer, channels, inner) = Self.parts(extents, axis)
        if inner == 1 {
            self.init(
                outer: outer, blocks: 1, length: channels, gridsPerOuter: 0, gridsPerBlock: 0, isGridPerElement: true)
        } else {
            self.init(
                outer: outer, blocks: channels, length: inner, gridsPerOuter: 0, gridsPerBlock: 1,
                isGridPerElement: false)
        }
    }

    init(extents: [Int], axis: Int, blockSize: Int) {
        let (outer, channels, inner) = Self.parts(extents, axis)
        let blocks = channels / blockSize + (channels % blockSize == 0 ? 0 : 1)
        let last = channels - max(blocks - 1, 0) * blockSize
        if inner == 1 {
            self.init(
                outer: outer, blocks: blocks, length: blockSize, lastLength: last, gridsPerOuter: blocks,
                gridsPerBlock: 1, isGridPerElement: false)
        } else {
            self.init(
                outer: outer, blocks: blocks, rows: blockSize, lastRows: last, length: inner,
                gridsPerOuter: blocks * inner, gridsPerBlock: inner, isGridPerElement: true)
        }
    }

    private static func parts(_ extents: [Int], _ axis: Int) -> (outer: Int, channels: Int, inner: Int) {
        (extents[..<axis].reduce(1, *), extents[axis], extents[(axis + 1)...].reduce(1, *))
    }

    /// Calls `body` with the first element, the number of elements and the (first) grid of each run.
    @inline(__always)
    func forEachRun(_ body: (_ first: Int, _ count: Int, _ grid: Int) -> Void) {
        var first = 0
        for o in 0..<outer {
            for b in 0..<blocks {
                let isLast = b == blocks - 1
                let count = isLast ? lastLength : length
                for _ in 0..<(isLast ? lastRows : rows) {
                    body(first, count, o * gridsPerOuter + b * gridsPerBlock)
                    first += count
                }
            }
        }
    }
}

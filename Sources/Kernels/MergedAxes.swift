/// The dimensions of an element-wise walk over several arrays, as few as possible: those of extent 1 dropped,
/// neighbours joined where every array steps through both as through one.
struct MergedAxes {
    /// Slowest first; none is 1.
    private(set) var extents: [Int] = []
    /// For each array, its strides along `extents`.
    private(set) var strides: [[Int]]

    /// `extents` has no 0; `strides` has one array of the same length for each operand. O(rank × operands).
    init(extents: [Int], strides all: [[Int]]) {
        strides = Array(repeating: [], count: all.count)
        for (axis, extent) in extents.enumerated() where extent != 1 {
            let last = self.extents.count - 1
            if last >= 0, all.indices.allSatisfy({ strides[$0][last] == all[$0][axis] * extent }) {
                self.extents[last] *= extent
                for operand in all.indices { strides[operand][last] = all[operand][axis] }
            } else {
                self.extents.append(extent)
                for operand in all.indices { strides[operand].append(all[operand][axis]) }
            }
        }
    }

    /// The strides, in elements, by which a row-major array of `extents` moves when it is broadcast to `output`: 0
    /// along the axes that it lacks or has only one position of. `extents` must broadcast to `output`. O(rank).
    static func broadcastStrides(_ extents: [Int], to output: [Int]) -> [Int] {
        var strides = Array(repeating: 0, count: output.count)
        var step = 1
        for (axis, extent) in zip(output.indices.reversed(), extents.reversed()) where extent != 1 {
            strides[axis] = step
            step *= extent
        }
        return strides
    }
}

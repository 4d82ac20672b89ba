/// Chooses between two 8-bit tensors element by element, each through a table, all broadcast to one shape.
public struct ByteChoice: Sendable {
    private let axes: MergedAxes
    private let isEmpty: Bool

    /// The extents must broadcast to `output`. O(rank).
    public init(condition: [Int], x: [Int], y: [Int], output: [Int]) {
        isEmpty = output.contains(0)
        let extents = output.contains(0) ? [] : output
        axes = MergedAxes(
            extents: extents,
            strides: [condition, x, y, output].map { MergedAxes.broadcastStrides($0, to: extents) })
    }

    /// Writes all of `output`. O(elements).
    public func run(
        _ condition: UnsafePointer<UInt8>, _ x: (UnsafePointer<UInt8>, ByteTable), _ y: (UnsafePointer<UInt8>, ByteTable),
        _ output: UnsafeMutablePointer<UInt8>
    ) {
        guard !isEmpty else { return }
        var index = Array(repeating: 0, count: axes.extents.count)
        var at = [0, 0, 0, 0]
        while true {
            output[at[3]] = condition[at[0]] != 0 ? x.1[x.0[at[1]]] : y.1[y.0[at[2]]]
            guard advance(&index, &at) else { return }
        }
    }

    /// Steps to the next element; `false` behind the last.
    private func advance(_ index: inout [Int], _ at: inout [Int]) -> Bool {
        for axis in axes.extents.indices.reversed() {
            index[axis] += 1
            for operand in at.indices { at[operand] += axes.strides[operand][axis] }
            if index[axis] < axes.extents[axis] { return true }
            for operand in at.indices { at[operand] -= axes.strides[operand][axis] * axes.extents[axis] }
            index[axis] = 0
        }
        return false
    }
}

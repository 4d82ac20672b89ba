internal import GraphIR

/// An order of axes as a Transpose has it: axis i of the result is axis `axes[i]` of the input.
struct Permutation: Hashable {
    let axes: [Int]

    /// `nil` where `axes` are not 0 up to their count in some order.
    init?(_ axes: [Int]) {
        guard axes.sorted() == Array(axes.indices) else { return nil }
        self.axes = axes
    }

    private init(known axes: [Int]) { self.axes = axes }

    /// That of a Transpose of one value to another; `nil` where the node is none or does not say its order.
    init?(_ node: Node) {
        guard node.isStandard("Transpose"), node.inputs.count == 1, node.writtenValues.count == 1,
            node.outputs.count == 1, !node.inputs[0].isEmpty, let axes = node.ints("perm")
        else { return nil }
        self.init(axes)
    }

    var isIdentity: Bool { axes == Array(axes.indices) }

    /// This order first, then `next` of as many axes.
    func then(_ next: Permutation) -> Permutation { Permutation(known: next.axes.map { axes[$0] }) }

    /// What brings the axes back; its `axes[a]` is also where axis `a` goes.
    var inverse: Permutation { Permutation(known: axes.indices.sorted { axes[$0] < axes[$1] }) }
}

public import GraphIR
public import Kernels

/// The boxes a detector keeps: of each class, the best first, less those that overlap a better one too much. One row
/// `[batch, class, box]` of int64 for each.
public struct NonMaxSuppression: Operator {
    public static let signature = OperatorSignature("NonMaxSuppression")

    private let isCentered: Bool

    public init(_ node: Node, opset: Int) throws { isCentered = try node.flag("center_point_box") }

    public var valueInputs: [Int] { [0, 1, 2, 3, 4] }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let boxes = try inputs.require(0)
        let scores = try inputs.require(1)
        for (index, input) in [boxes, scores].enumerated() {
            try input.requireType(.float32, input: index)
            try input.requireRank(3, input: index)
        }
        guard let kept = try kept(inputs) else { return [Facts(.int64, Shape([.unknown, 3]))] }
        let rows = kept.flatMap { [Int64($0.batch), Int64($0.category), Int64($0.box)] }
        return [Facts(constant: Tensor(rows, [kept.count, 3]))]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { try .constant(outputs[0]) }

    private struct Kept {
        var batch: Int
        var category: Int
        var box: Int
    }

    /// `nil` where the contents of an input are not known. O(batches · classes · boxes · boxes kept).
    private func kept(_ inputs: Inputs) throws -> [Kept]? {
        guard let boxes = try inputs.require(0).constant, let scores = try inputs.require(1).constant else {
            return nil
        }
        guard !(2...4).contains(where: inputs.lacksValue) else { return nil }
        guard let places = boxes.floats, let marks = scores.floats, boxes.extents.count == 3, boxes.extents[2] == 4,
            scores.extents[0] == boxes.extents[0], scores.extents[2] == boxes.extents[1]
        else { throw OperatorFault.shape("boxes \(boxes.extents) and scores \(scores.extents) do not fit each other") }
        let most = try inputs.integers(2)?.first ?? 0
        let overlap = inputs[3]?.constant?.floats?.first ?? 0
        let least = inputs[4]?.constant?.floats?.first
        guard (0...1).contains(overlap) else { throw OperatorFault.value("an iou_threshold of \(overlap)") }
        let count = boxes.extents[1], categories = scores.extents[1]
        return (0..<boxes.extents[0]).flatMap { batch in
            let selection = BoxSelection(corners(places[(batch * count * 4)..<((batch + 1) * count * 4)]))
            return KernelThreads.map(Array(0..<categories)) { category in
                let first = (batch * categories + category) * count
                let order = Self.order(marks[first..<(first + count)], above: least)
                return selection.kept(of: order, most: most, overlap: overlap)
                    .map { Kept(batch: batch, category: category, box: Int($0)) }
            }.joined()
        }
    }

    /// The positions of the marks above `least`, the best first; equal ones in their order.
    private static func order(_ marks: ArraySlice<Float>, above least: Float?) -> [Int32] {
        marks.indices.filter { index in least.map { marks[index] > $0 } ?? true }
            .sorted { (marks[$0], $1) > (marks[$1], $0) }
            .map { Int32($0 - marks.startIndex) }
    }

    /// Left, top, right and bottom of boxes that are given by two corners, or by their centre and extents.
    private func corners(_ boxes: ArraySlice<Float>) -> [Float] {
        var corners: [Float] = []
        corners.reserveCapacity(boxes.count)
        for first in stride(from: boxes.startIndex, to: boxes.endIndex, by: 4) {
            let (a, b, c, d) = (boxes[first], boxes[first + 1], boxes[first + 2], boxes[first + 3])
            corners += isCentered
                ? [a - c / 2, b - d / 2, a + c / 2, b + d / 2] : [min(a, c), min(b, d), max(a, c), max(b, d)]
        }
        return corners
    }
}

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
        guard let corners = boxes.floats, let marks = scores.floats, boxes.extents.count == 3, boxes.extents[2] == 4,
            scores.extents[0] == boxes.extents[0], scores.extents[2] == boxes.extents[1]
        else { throw OperatorFault.shape("boxes \(boxes.extents) and scores \(scores.extents) do not fit each other") }
        let most = try inputs.integers(2)?.first ?? 0
        let overlap = inputs[3]?.constant?.floats?.first ?? 0
        let least = inputs[4]?.constant?.floats?.first
        guard (0...1).contains(overlap) else { throw OperatorFault.value("an iou_threshold of \(overlap)") }
        let count = boxes.extents[1]
        let areas = (0..<boxes.extents[0] * count).map { box(corners, $0) }
        var kept: [Kept] = []
        for batch in 0..<boxes.extents[0] {
            for category in 0..<scores.extents[1] {
                let first = (batch * scores.extents[1] + category) * count
                let order = (0..<count).filter { index in least.map { marks[first + index] > $0 } ?? true }
                    .sorted { (marks[first + $0], $1) > (marks[first + $1], $0) }
                let best = select(order, areas[(batch * count)...], most: most, overlap: overlap)
                kept += best.map { Kept(batch: batch, category: category, box: $0) }
            }
        }
        return kept
    }

    private func select(_ order: [Int], _ boxes: ArraySlice<Box>, most: Int, overlap: Float) -> [Int] {
        var chosen: [Int] = []
        for candidate in order where chosen.count < most {
            let box = boxes[boxes.startIndex + candidate]
            if chosen.allSatisfy({ box.overlap(boxes[boxes.startIndex + $0]) <= overlap }) { chosen.append(candidate) }
        }
        return chosen
    }

    private func box(_ corners: [Float], _ index: Int) -> Box {
        let c = Array(corners[index * 4..<index * 4 + 4])
        if isCentered { return Box(c[0] - c[2] / 2, c[1] - c[3] / 2, c[0] + c[2] / 2, c[1] + c[3] / 2) }
        return Box(min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3]))
    }
}

/// An upright rectangle.
private struct Box {
    var left: Float
    var top: Float
    var right: Float
    var bottom: Float

    init(_ left: Float, _ top: Float, _ right: Float, _ bottom: Float) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    var area: Float { (right - left) * (bottom - top) }

    /// Intersection over union; 0 where a box has no area.
    func overlap(_ other: Box) -> Float {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        guard width > 0, height > 0, area > 0, other.area > 0 else { return 0 }
        let shared = width * height
        return shared / (area + other.area - shared)
    }
}

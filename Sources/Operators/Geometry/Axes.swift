/// `axis` counted from the front: negative values count from the end, as everywhere in ONNX.
/// Throws `OperatorFault.attribute` where it is outside `-rank..<rank`.
public func normalizedAxis(_ axis: Int, rank: Int, name: String = "axis") throws -> Int {
    guard axis >= -rank, axis < rank else {
        throw OperatorFault.attribute(name, "\(axis) is not an axis of a tensor with \(rank) dimensions")
    }
    return axis < 0 ? axis + rank : axis
}

/// `axes` counted from the front, in the order given. Throws `OperatorFault.attribute` where one is outside
/// `-rank..<rank` or comes twice.
public func normalizedAxes(_ axes: [Int], rank: Int, name: String = "axes") throws -> [Int] {
    var isTaken = Array(repeating: false, count: rank)
    return try axes.map { axis in
        let axis = try normalizedAxis(axis, rank: rank, name: name)
        guard !isTaken[axis] else { throw OperatorFault.attribute(name, "axis \(axis) comes twice in \(axes)") }
        isTaken[axis] = true
        return axis
    }
}

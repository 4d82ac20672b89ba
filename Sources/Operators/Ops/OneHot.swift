public import GraphIR
public import Kernels

/// A new axis of `depth` elements, of which the one that the index names has the "on" value and the others the "off"
/// value; an index outside of `-depth ..< depth` turns none on.
public struct OneHot: Operator {
    public static let signature = OperatorSignature("OneHot")

    private let axis: Int

    public init(_ node: Node, opset: Int) throws { axis = node.int("axis") ?? -1 }

    public var valueInputs: [Int] { [1] }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let indices = try inputs.require(0)
        let values = try inputs.require(2)
        if let shape = values.knownExtents, shape != [2] {
            throw OperatorFault.shape("the values are off and on, not of shape \(shape)")
        }
        let depth = try depth(inputs)
        guard let shape = indices.shape else { return [Facts(values.elementType, nil)] }
        let axis = try normalizedAxis(axis, rank: shape.rank + 1)
        var dimensions = shape.dimensions
        dimensions.insert(depth.map(Dimension.known) ?? .unknown, at: axis)
        let result = Facts(values.elementType, Shape(dimensions))
        try result.checkSize()
        return [result]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let indices = try inputs.require(0)
        let (_, depth, inner) = around(
            try normalizedAxis(axis, rank: outputs[0].extents.count), of: outputs[0].extents)
        let width = try outputs[0].elementWidth(input: 2)
        guard let cast = ElementCast(from: indices.elementType, to: .int64) else {
            throw OperatorFault.elementType(input: 0, got: indices.elementType)
        }
        let count = indices.elementCount
        let bytes = outputs[0].byteCount
        return Kernel(scratchBytes: count * 8) { arguments in
            let target = UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self))
            let off = UnsafeRawPointer(arguments.input(2, as: UInt8.self))
            Fill.run(target, byteCount: bytes, value: off, width: width)
            cast.run(arguments.input(0, as: UInt8.self), into: arguments.scratch, count: count)
            let positions = arguments.scratch.assumingMemoryBound(to: Int64.self)
            for index in 0..<count {
                let given = Int(positions[index])
                let chosen = given < 0 ? given + depth : given
                guard chosen >= 0, chosen < depth else { continue }
                let element = (index / inner * depth + chosen) * inner + index % inner
                (target + element * width).copyMemory(from: off + width, byteCount: width)
            }
        }
    }

    /// `nil` where it is not known.
    private func depth(_ inputs: Inputs) throws -> Int? {
        guard let constant = try inputs.require(1).constant else { return nil }
        guard constant.elementCount == 1 else { throw OperatorFault.shape("the depth is one number") }
        let depth = constant.integers?.first ?? constant.floats?.first.flatMap { Int(exactly: $0.rounded(.towardZero)) }
        guard let depth, depth > 0 else { throw OperatorFault.value("a depth of \(depth ?? 0)") }
        return depth
    }
}

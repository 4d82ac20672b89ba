internal import GraphIR
internal import Kernels

/// What DepthToSpace and SpaceToDepth have in common.
enum BlockShape {
    static func block(_ node: Node) throws(OperatorFault) -> Int {
        guard let block = node.int("blocksize") else { throw .attribute("blocksize", "is missing") }
        guard (1...1 << 20).contains(block) else { throw .attribute("blocksize", "is \(block)") }
        return block
    }

    /// The shape of an image of whole-byte elements; `nil` where it is not known.
    static func image(_ x: Facts) throws(OperatorFault) -> Shape? {
        guard [8, 16, 32, 64].contains(x.elementType.bits) else {
            throw .elementType(input: 0, got: x.elementType)
        }
        return try x.spatialShape(input: 0, axes: 2...2)
    }

    static func times(_ dimension: Dimension, _ factor: Int) throws -> Dimension {
        guard let extent = dimension.value else { return .unknown }
        return .known(try checkedProduct([extent, factor]))
    }

    static func divided(_ dimension: Dimension, by factor: Int, _ what: String) throws(OperatorFault) -> Dimension {
        guard let extent = dimension.value else { return .unknown }
        guard extent.isMultiple(of: factor) else {
            throw .shape("\(extent) \(what) do not divide into blocks of \(factor)")
        }
        return .known(extent / factor)
    }

    /// A kernel that transposes an input of `extents`: axis `i` of the output is axis `order[i]` of the input.
    static func transposition(_ extents: [Int], _ order: [Int], width: Int) -> Kernel {
        let strides = rowMajorStrides(extents), moved = order.map { extents[$0] }
        let copy = StridedCopy(
            extents: moved, source: order.map { strides[$0] }, target: rowMajorStrides(moved), width: width)
        return Kernel { copy.run(from: $0.input(0, as: UInt8.self), to: $0.output(0, as: UInt8.self)) }
    }
}

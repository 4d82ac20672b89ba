import GraphIR
import Kernels

/// The grid that QuantizeLinear and DequantizeLinear take: a scale and a zero point for the tensor, for each index of
/// an axis, or for each block along it.
struct GridArgument: Sendable {
    private let axis: Int?
    private let blockSize: Int

    /// Throws `OperatorFault.attribute`.
    init(_ node: Node, opset: Int) throws {
        axis = opset >= 13 ? node.int("axis") ?? 1 : nil
        blockSize = opset >= 21 ? node.int("block_size") ?? 0 : 0
        guard blockSize >= 0 else { throw OperatorFault.attribute("block_size", "\(blockSize) is negative") }
    }

    /// Throws where the types or shapes of scale (input 1) and zero point (input 2) are not a grid for the data.
    func check(_ inputs: Inputs) throws {
        let scale = try inputs.require(1)
        try scale.requireType(.float32, .float16, .bfloat16, .float8e8m0, input: 1)
        guard let extents = try inputs.require(0).knownExtents, let scaleExtents = scale.knownExtents else { return }
        if let zeroExtents = inputs[2]?.knownExtents, zeroExtents != scaleExtents {
            guard try checkedProduct(zeroExtents) == 1, try checkedProduct(scaleExtents) == 1 else {
                throw OperatorFault.shape("a scale of shape \(scaleExtents) with a zero point of shape \(zeroExtents)")
            }
        }
        _ = try quantizer(.uint8, extents, scale: scaleExtents)
    }

    /// Whether every block along an axis has a grid of its own.
    var isBlocked: Bool { blockSize > 0 }

    /// The walk over a tensor of `type` with the extents and the layout of `data`, whose scale has the extents `scale`.
    func quantizer(_ type: ElementType, _ data: Facts, scale: [Int]) throws -> LinearQuantizer {
        let extents = data.extents
        guard data.layout != .planar, scale.count == 1, let axis else {
            return try quantizer(type, extents, scale: scale)
        }
        _ = try quantizer(type, extents, scale: scale)
        if scale == [1] { return LinearQuantizer(type, count: try checkedProduct(extents)) }
        let stored = data.storedAxis(try normalizedAxis(axis, rank: extents.count))
        return LinearQuantizer(type, extents: data.storedExtents(), axis: stored)
    }

    /// The walk over a tensor of `type` and `extents` whose scale has the extents `scale`.
    func quantizer(_ type: ElementType, _ extents: [Int], scale: [Int]) throws -> LinearQuantizer {
        if blockSize > 0, let given = axis {
            let axis = try normalizedAxis(given, rank: extents.count)
            var blocks = extents
            blocks[axis] = extents[axis] / blockSize + (extents[axis] % blockSize == 0 ? 0 : 1)
            guard scale == blocks else {
                throw OperatorFault.shape("a scale of shape \(scale) where blocks of \(blockSize) need \(blocks)")
            }
            return LinearQuantizer(type, extents: extents, axis: axis, blockSize: blockSize)
        }
        if try checkedProduct(scale) == 1, scale.count <= 1 {
            return LinearQuantizer(type, count: try checkedProduct(extents))
        }
        guard let given = axis else {
            throw OperatorFault.shape("a scale of shape \(scale): before opset 13 there is one for the whole tensor")
        }
        let axis = try normalizedAxis(given, rank: extents.count)
        guard scale == [extents[axis]] else {
            throw OperatorFault.shape("a scale of shape \(scale) for \(extents[axis]) indices of axis \(axis)")
        }
        return LinearQuantizer(type, extents: extents, axis: axis)
    }
}

/// Scales as float32 and zero points as int32, copied to scratch memory for one run.
struct GridLoader: Sendable {
    private let count: Int
    private let scale: ElementCast
    private let zero: ElementCast?

    /// Throws `OperatorFault.elementType`.
    init(_ inputs: Inputs, count: Int) throws {
        self.count = count
        let scaleType = try inputs.require(1).elementType
        guard let scale = ElementCast(from: scaleType, to: .float32) else {
            throw OperatorFault.elementType(input: 1, got: scaleType)
        }
        self.scale = scale
        zero = inputs[2].flatMap { ElementCast(from: $0.elementType, to: .int32) }
    }

    /// Bytes of scratch memory, a multiple of 64.
    var scratchBytes: Int { 2 * half }

    private var half: Int { (count * 4 + 63) / 64 * 64 }

    /// Reads inputs 1 and 2; zero points that are left out are 0.
    func load(_ arguments: KernelArguments) -> (scales: UnsafePointer<Float>, zeroPoints: UnsafePointer<Int32>) {
        let zeros = arguments.scratch + half
        scale.run(arguments.input(1, as: UInt8.self), into: arguments.scratch, count: count)
        if let zero, let given = arguments.rawInput(2) {
            zero.run(given, into: zeros, count: count)
        } else {
            zeros.initializeMemory(as: UInt8.self, repeating: 0, count: count * 4)
        }
        return (
            UnsafePointer(arguments.scratch.assumingMemoryBound(to: Float.self)),
            UnsafePointer(zeros.assumingMemoryBound(to: Int32.self))
        )
    }
}

public import GraphIR
public import Kernels

/// The different parts of the input along `axis` (elements of the flattened input, where it is missing), sorted or in
/// order of appearance; with the first position of each, what each part of the input became, and how often each comes.
public struct Unique: Operator {
    public static let signature = OperatorSignature("Unique")

    private let axis: Int?
    private let isSorted: Bool

    public init(_ node: Node, opset: Int) throws {
        axis = node.int("axis")
        isSorted = try node.flag("sorted", default: true)
    }

    public var valueInputs: [Int] { [0] }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        guard let found = try found(data) else {
            let shape = axis == nil ? Shape.unknown(rank: 1) : data.rank.map { .unknown(rank: $0) }
            return [Facts(data.elementType, shape)] + Array(repeating: Facts(.int64, .unknown(rank: 1)), count: 3)
        }
        var extents = found.extents
        extents[found.axis] = found.order.count
        return [Facts(data.elementType, extents: extents)]
            + [found.order.count, found.inverse.count, found.order.count].map { Facts(.int64, extents: [$0]) }
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard let found = try found(inputs.require(0)) else { throw OperatorFault.needsValue(input: 0) }
        let (outer, extent, inner) = around(found.axis, of: found.extents)
        let gather = BlockGather(
            outer: outer, extent: extent, block: inner * (try outputs[0].elementWidth()), count: found.order.count)
        let lists = [found.order, found.inverse, found.counts]
        return Kernel { arguments in
            if let values = arguments.rawOutput(0) {
                found.order.withUnsafeBytes { indices in
                    guard let indices = indices.baseAddress else { return }
                    _ = gather.run(
                        from: arguments.input(0, as: UInt8.self), indices: Indices(indices, isWide: true), to: values)
                }
            }
            for (index, list) in lists.enumerated() {
                guard let output = arguments.rawOutput(index + 1) else { continue }
                list.withUnsafeBytes { output.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(output), byteCount: $0.count) }
            }
        }
    }

    private struct Found {
        var extents: [Int]
        var axis: Int
        /// First position, in the order of the output.
        var order: [Int64]
        var inverse: [Int64]
        var counts: [Int64]
    }

    /// `nil` where the contents are not known. O(elements · log).
    private func found(_ data: Facts) throws -> Found? {
        guard let tensor = data.constant else { return nil }
        _ = try data.elementWidth()
        let extents = axis == nil ? [tensor.elementCount] : tensor.extents
        let axis = try normalizedAxis(axis ?? 0, rank: extents.count)
        let keys = orderedKeys(tensor)
        let (outer, extent, inner) = around(axis, of: extents)
        let parts = (0..<extent).map { position in
            (0..<outer).flatMap { o in keys[(o * extent + position) * inner..<(o * extent + position + 1) * inner] }
        }
        var number: [[UInt64]: Int] = [:]
        var first: [Int] = []
        for (position, part) in parts.enumerated() where number[part] == nil {
            number[part] = first.count
            first.append(position)
        }
        let order = isSorted ? first.indices.sorted { parts[first[$0]].lexicographicallyPrecedes(parts[first[$1]]) }
            : Array(first.indices)
        var place = Array(repeating: 0, count: order.count)
        for (position, index) in order.enumerated() { place[index] = position }
        let inverse = parts.map { place[number[$0] ?? 0] }
        var counts = Array(repeating: Int64(0), count: order.count)
        for index in inverse { counts[index] += 1 }
        return Found(
            extents: extents, axis: axis, order: order.map { Int64(first[$0]) }, inverse: inverse.map(Int64.init),
            counts: counts)
    }

    /// The elements as numbers of the same order; elements that are equal have the same number.
    private func orderedKeys(_ tensor: Tensor) -> [UInt64] {
        let width = tensor.elementType.bits / 8
        let sign = UInt64(1) << (tensor.elementType.bits - 1)
        let isSigned = tensor.elementType.integerRange.map { $0.lowerBound < 0 } ?? false
        return tensor.bytes.withUnsafeBytes { bytes in
            (0..<tensor.elementCount).map { index in
                var bits: UInt64 = 0
                for byte in 0..<width { bits |= UInt64(bytes[index * width + byte]) << (8 * byte) }
                if isSigned { return bits ^ sign }
                guard tensor.elementType.isFloatingPoint else { return bits }
                if bits == sign { bits = 0 }
                return bits & sign == 0 ? bits | sign : ~bits & (sign | (sign - 1))
            }
        }
    }
}

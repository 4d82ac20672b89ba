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
                list.withUnsafeBytes { bytes in
                    guard let source = bytes.baseAddress else { return }
                    output.copyMemory(from: source, byteCount: bytes.count)
                }
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
        var parts = Array(repeating: [UInt64](), count: extent)
        for block in 0..<outer * extent {
            parts[block % extent] += keys[block * inner..<(block + 1) * inner]
        }
        return group(parts, extents, axis)
    }

    private func group(_ parts: [[UInt64]], _ extents: [Int], _ axis: Int) -> Found {
        var number: [[UInt64]: Int] = [:]
        var first: [Int] = []
        let numbers = parts.enumerated().map { position, part in
            if let known = number[part] { return known }
            number[part] = first.count
            first.append(position)
            return first.count - 1
        }
        var order = Array(first.indices)
        if isSorted { order.sort { parts[first[$0]].lexicographicallyPrecedes(parts[first[$1]]) } }
        var place = Array(repeating: 0, count: order.count)
        for (position, number) in order.enumerated() { place[number] = position }
        var counts = Array(repeating: Int64(0), count: order.count)
        for number in numbers { counts[place[number]] += 1 }
        return Found(
            extents: extents, axis: axis, order: order.map { Int64(first[$0]) },
            inverse: numbers.map { Int64(place[$0]) }, counts: counts)
    }
}

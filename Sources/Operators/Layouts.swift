public import Kernels

/// Layouts that fit together: how an operator reads its inputs and writes its outputs.
public struct LayoutChoice: Sendable, Hashable {
    /// By position; further inputs are planar.
    public var inputs: [TensorLayout]
    /// That of every output.
    public var output: TensorLayout
    /// Bytes that the operator moves with this choice and need not with another.
    public var cost: Int

    public init(inputs: [TensorLayout] = [], output: TensorLayout = .planar, cost: Int = 0) {
        (self.inputs, self.output, self.cost) = (inputs, output, cost)
    }

    public static let planar = LayoutChoice()

    /// Channels last in the outputs and in the inputs at `positions`.
    public static func channelsLast(_ positions: [Int]) -> LayoutChoice {
        let count = positions.max().map { $0 + 1 } ?? 0
        return LayoutChoice(
            inputs: (0..<count).map { positions.contains($0) ? .channelsLast : .planar }, output: .channelsLast)
    }

    /// The layout of the input at `position`.
    public func input(_ position: Int) -> TensorLayout { position < inputs.count ? inputs[position] : .planar }
}

extension TensorLayout {
    /// The axes of a tensor of that rank from the outermost in memory to the innermost.
    func axes(rank: Int) -> [Int] {
        self == .planar || rank < 3 ? Array(0..<rank) : [0] + Array(2..<rank) + [1]
    }
}

extension Facts {
    /// The extents as they follow each other in memory, with `rank` axes where the tensor has fewer.
    func storedExtents(rank: Int? = nil, as layout: TensorLayout? = nil) -> [Int] {
        let extents = extents, padding = max((rank ?? extents.count) - extents.count, 0)
        let padded = Array(repeating: 1, count: padding) + extents
        return (layout ?? self.layout).axes(rank: padded.count).map { padded[$0] }
    }

    /// The extents as an operand that is broadcast to `output` and laid out as it is.
    func storedExtents(for output: Facts) -> [Int] { storedExtents(rank: output.extents.count, as: output.layout) }

    /// The place of a logical axis among `storedExtents`.
    func storedAxis(_ axis: Int) -> Int { layout.axes(rank: extents.count).firstIndex(of: axis) ?? axis }

    /// Whether every layout has the elements in the same order, seen as a tensor of that rank.
    public func isLayoutFree(rank: Int? = nil) -> Bool {
        let extents = storedExtents(rank: rank, as: .planar)
        return extents.count < 3 || extents[1] == 1 || extents[2...].allSatisfy { $0 == 1 } || extents.contains(0)
    }
}

extension Inputs {
    /// The layouts of an operator that combines elements at the same place, broadcasting the inputs at `positions`:
    /// one layout for all, whichever it is.
    func elementwiseLayouts(_ positions: [Int], _ output: Facts) -> [LayoutChoice] {
        let rank = output.extents.count
        guard rank >= 3 else { return [.planar] }
        var channelsLast: [Int] = []
        for position in positions {
            guard let facts = self[position] else { continue }
            guard facts.elementType.bits >= 8 else { return [.planar] }
            if facts.extents.count == rank {
                channelsLast.append(position)
            } else if !facts.isLayoutFree(rank: rank) {
                return [.planar]
            }
        }
        return [.planar, .channelsLast(channelsLast)]
    }
}

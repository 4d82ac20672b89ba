internal import GraphIR
internal import Kernels

/// Data [batch, channels, ...] of operators that treat every channel on its own.
enum ChannelImages {
    /// Checks data of at least two dimensions and the float32 vectors at `vectors`, one value a channel each.
    static func infer(_ inputs: Inputs, vectors: Range<Int>) throws -> Facts {
        let x = try inputs.require(0)
        try x.require(.float32, input: 0)
        if let rank = x.rank, rank < 2 {
            throw OperatorFault.rank(input: 0, got: rank, expected: "at least 2")
        }
        for index in vectors {
            try requireBias(try inputs.require(index), .float32, count: x.shape?[1], input: index)
        }
        return Facts(.float32, x.shape)
    }

    /// As `bound`, in either layout, for what treats every position by itself.
    static func batchImages(_ x: Facts) throws -> ChannelNormalization {
        let extents = x.extents, positions = try checkedProduct(extents[2...])
        guard x.layout == .channelsLast else { return try bound(x) }
        return ChannelNormalization(
            batch: try checkedProduct([extents[0], positions]), channels: extents[1], positions: 1)
    }

    static func bound(_ x: Facts) throws -> ChannelNormalization {
        let extents = x.extents
        return ChannelNormalization(
            batch: extents[0], channels: extents[1], positions: try checkedProduct(extents[2...]))
    }
}

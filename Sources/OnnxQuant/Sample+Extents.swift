internal import Calibration

extension Sample {
    /// The extents of each input for one of the samples that run together.
    var extentsOfOne: [String: [Int]] {
        values.mapValues { tensor in
            var extents = tensor.extents
            if count > 1, let first = extents.first, first % count == 0 { extents[0] = first / count }
            return extents
        }
    }
}

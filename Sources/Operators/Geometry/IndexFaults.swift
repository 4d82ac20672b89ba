import Kernels

extension Indices {
    /// What is wrong where the index at `position` is outside of an axis of `extent` elements.
    func fault(at position: Int, extent: Int) -> OperatorFault {
        .value("index \(self[position]) is outside of an axis of \(extent) elements")
    }
}

/// What is wrong where the tuple at `position` of an index tensor leads outside of the data.
func tupleFault(at position: Int) -> OperatorFault {
    .value("index tuple \(position) leads outside of the data")
}

extension OutputFidelity {
    /// Says that some of `total` samples could not be compared; `nil` where all could be.
    public func otherShapeText(of total: Int) -> String? {
        otherShape.map { count in
            "output '\(name)' has another shape than in float in \(count) of \(NumberText.amount(total, "sample")), "
                + "which the figures leave out"
        }
    }
}

/// An operator whose results are elements of its first input, perhaps in another order.
public protocol ViewingOperator: Operator {
    /// Result `index` as a view of what its first input, `view`, is a view of; `nil` where strides do not lead there.
    /// All extents are known.
    func view(_ view: StridedView, _ inputs: Inputs, _ outputs: [Facts], at index: Int) -> StridedView?
}

extension ViewingOperator {
    /// The same elements under other extents.
    public func view(_ view: StridedView, _ inputs: Inputs, _ outputs: [Facts], at index: Int) -> StridedView? {
        view.reshaped(to: outputs[index].extents)
    }
}

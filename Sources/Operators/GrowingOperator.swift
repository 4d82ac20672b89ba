/// An operator that is faster with its constants in a form of several times their size.
public protocol GrowingOperator: Operator {
    /// This operator as it keeps that form, and how many bytes more it takes than the constants themselves; `nil` where
    /// it has none. Inputs and outputs are as in `prepare`. Throws `OperatorFault`.
    func grown(_ inputs: Inputs, _ outputs: [Facts]) throws -> (operation: any Operator, bytes: Int)?
}

public import GraphIR

extension Inputs {
    /// The contents of a constant integer input, row-major. `nil` where the input is left out or its contents are not
    /// known. Throws `OperatorFault.elementType` where it is not of an integer type. O(n).
    public func integers(_ index: Int) throws -> [Int]? { try integerFacts(index)?.constant?.integers }

    /// What is known of the elements of an integer input, a vector or scalar. `nil` where the input is left out or nothing
    /// is known. Throws `OperatorFault.elementType` where it is not of an integer type. O(n).
    public func knownIntegers(_ index: Int) throws -> [Dimension]? { try integerFacts(index)?.integers }

    private func integerFacts(_ index: Int) throws -> Facts? {
        guard let facts = self[index] else { return nil }
        guard facts.elementType == .int32 || facts.elementType == .int64 else {
            throw OperatorFault.elementType(input: index, got: facts.elementType)
        }
        return facts
    }

    /// As `integers`, for an input that must be there and known: throws `OperatorFault.missingInput` or `.needsValue`.
    public func requireIntegers(_ index: Int) throws -> [Int] {
        _ = try require(index)
        guard let values = try integers(index) else { throw OperatorFault.needsValue(input: index) }
        return values
    }

    /// Whether the input is there but its contents are not known.
    public func lacksValue(_ index: Int) -> Bool { self[index].map { $0.constant == nil } ?? false }
}

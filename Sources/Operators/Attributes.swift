import GraphIR

extension Node {
    /// An integer attribute that must be there; throws `OperatorFault.attribute`.
    func requireInt(_ name: String) throws -> Int {
        guard let value = int(name) else { throw OperatorFault.attribute(name, "a number is required") }
        return value
    }

    /// An attribute that is 0 or 1; throws `OperatorFault.attribute` for other values.
    func flag(_ name: String, default missing: Bool = false) throws -> Bool {
        guard let value = int(name) else { return missing }
        guard value == 0 || value == 1 else { throw OperatorFault.attribute(name, "\(value) is neither 0 nor 1") }
        return value == 1
    }

    /// The meaning of an attribute that is one of a few words; throws `OperatorFault.attribute` for other words.
    func choice<T>(_ name: String, _ meanings: [String: T], default missing: T) throws -> T {
        guard let word = string(name) else { return missing }
        guard let meaning = meanings[word] else { throw OperatorFault.attribute(name, "'\(word)' is not known") }
        return meaning
    }

    /// The element type an attribute names by its number in ONNX; `nil` where it is missing. Throws
    /// `OperatorFault.attribute` for a number without a type.
    func elementType(_ name: String) throws -> ElementType? {
        guard let number = int(name) else { return nil }
        guard let type = Int32(exactly: number).flatMap(ElementType.init(rawValue:)) else {
            throw OperatorFault.attribute(name, "\(number) is not an element type")
        }
        return type
    }
}

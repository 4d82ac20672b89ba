public import GraphIR

/// What is wrong with the values given to a model.
public enum InterpreterFault: Error, Sendable, Hashable {
    case missingInput(String)
    case unknownInput(String, known: [String])
    case inputType(String, got: ElementType, expected: ElementType)
    case inputShape(String, got: [Int], expected: Shape)
    /// The model takes or gives a value that is no tensor (a sequence, map or optional).
    case notATensor(String)
    /// An input or output holds strings, which are never computed with.
    case strings(String)
    /// The inner values together take more bytes than the machine has.
    case tooLarge(bytes: Int)
}

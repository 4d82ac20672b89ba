/// What keeps a pass from rewriting a model.
public enum PassFault: Error, Sendable, Hashable {
    /// A node has no equivalent form at the wanted opset version, or none that this program knows. `node` is worded as
    /// by `Node.label`; the form changes from one version of the operator set to the next at `version`.
    case noOpsetAdapter(node: String, opType: String, from: Int, to: Int, version: Int, reason: String)
    /// The model defines a function by itself, directly or through others.
    case recursiveFunction(String)
    /// A call and the function it calls do not fit each other; `node` is worded as by `Node.label`.
    case functionCall(node: String, function: String, reason: String)
    /// Functions call each other so often, or so deep, that the graph would have more nodes than the limit.
    case tooManyFunctionCalls(limit: Int)
}

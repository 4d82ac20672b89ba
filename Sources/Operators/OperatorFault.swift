public import GraphIR

/// What is wrong with one call of an operator.
public enum OperatorFault: Error, Sendable, Hashable {
    case missingInput(Int)
    /// An input has another element type than the operator takes.
    case elementType(input: Int, got: ElementType)
    /// An input has another number of dimensions than the operator takes; `expected` is for people: "4", "at least 2".
    case rank(input: Int, got: Int, expected: String)
    /// Two shapes, or a shape and an attribute, do not fit each other; the text says which, with the numbers.
    case shape(String)
    /// An attribute is missing or has a value outside its domain.
    case attribute(String, String)
    /// A value found while running is outside the operator's domain (an index past the end, say).
    case value(String)
    /// The ONNX specification allows it and this program does not do it.
    case unsupported(String)
    /// No operator of this name and domain at this opset.
    case unknownOperator(domain: String, opType: String, opset: Int)
    /// The contents of an input decide the output's shape and are not known here.
    case needsValue(input: Int)
}

/// A fault together with the node it happened at.
public struct NodeFault: Error, Sendable {
    /// Operator and name, as `Node.label` words it.
    public var node: String
    /// The node's position in its graph.
    public var position: Int?
    public var opset: Int
    public var fault: OperatorFault

    public init(node: String, position: Int?, opset: Int, fault: OperatorFault) {
        self.node = node
        self.position = position
        self.opset = opset
        self.fault = fault
    }
}

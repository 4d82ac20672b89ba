/// One operator call of a graph.
public struct Node: Sendable {
    public var name: String?
    public var opType: String
    /// `nil` and the empty string both mean the ONNX domain.
    public var domain: String?
    /// The values read, by position; an empty string where an optional input is left out.
    public var inputs: [String]
    /// The values written, by position; an empty string where an optional output is left out.
    public var outputs: [String]
    public var attributes: [Attribute]
    /// The fields of the ONNX message that this type does not model, serialized.
    public var rest: [UInt8] = []

    public init(
        _ opType: String, name: String? = nil, domain: String? = nil, inputs: [String], outputs: [String],
        attributes: [Attribute] = []
    ) {
        self.opType = opType
        self.name = name
        self.domain = domain
        self.inputs = inputs
        self.outputs = outputs
        self.attributes = attributes
    }

    /// The attribute called `name`, where the node has it.
    public func attribute(_ name: String) -> AttributeValue? { attributes.first { $0.name == name }?.value }

    public func int(_ name: String) -> Int? {
        if case .int(let value)? = attribute(name) { Int(value) } else { nil }
    }

    public func ints(_ name: String) -> [Int]? {
        if case .ints(let values)? = attribute(name) { values.map(Int.init) } else { nil }
    }

    public func float(_ name: String) -> Float? {
        if case .float(let value)? = attribute(name) { value } else { nil }
    }

    public func string(_ name: String) -> String? {
        if case .string(let bytes)? = attribute(name) { String(decoding: bytes, as: UTF8.self) } else { nil }
    }

    /// Sets or replaces one attribute.
    public mutating func set(_ attribute: Attribute) {
        if let index = attributes.firstIndex(where: { $0.name == attribute.name }) {
            attributes[index] = attribute
        } else {
            attributes.append(attribute)
        }
    }

    /// Whether the node is `opType` of the ONNX domain.
    public func isStandard(_ opType: String) -> Bool { self.opType == opType && (domain ?? "").isStandardDomain }

    /// The graphs in the node's attributes (branches and bodies).
    public var subgraphs: [Graph] {
        attributes.flatMap { attribute -> [Graph] in
            switch attribute.value {
            case .graph(let graph): [graph]
            case .graphs(let graphs): graphs
            default: []
            }
        }
    }

    /// Every value the node reads: its inputs and what its subgraphs take from outside.
    public var valuesRead: [String] {
        let own = inputs.contains(where: \.isEmpty) ? inputs.filter { !$0.isEmpty } : inputs
        let inner = subgraphs
        return inner.isEmpty ? own : own + inner.flatMap(\.valuesTakenFromOutside)
    }
}

extension String {
    /// Whether this names ONNX's own operator domain, which has two spellings.
    public var isStandardDomain: Bool { isEmpty || self == "ai.onnx" }
}

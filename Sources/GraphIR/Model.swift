/// The version of an operator set that a model or function is written against.
public struct OpsetImport: Sendable, Hashable {
    public var domain: String?
    public var version: Int
    /// The fields of the ONNX message that this type does not model, serialized.
    public var rest: [UInt8] = []

    public init(_ domain: String?, _ version: Int) {
        self.domain = domain
        self.version = version
    }
}

/// An operator that the model itself defines by other operators.
public struct Function: Sendable {
    public var name: String
    public var domain: String?
    public var inputs: [String]
    public var outputs: [String]
    /// Attributes a call must give.
    public var attributeNames: [String]
    /// Attributes a call may give, with their defaults.
    public var attributeDefaults: [Attribute]
    public var nodes: [Node]
    public var opsetImports: [OpsetImport]
    /// The fields of the ONNX message that this type does not model, serialized.
    public var rest: [UInt8] = []

    public init(
        _ name: String, domain: String?, inputs: [String], outputs: [String], attributeNames: [String] = [],
        attributeDefaults: [Attribute] = [], nodes: [Node], opsetImports: [OpsetImport]
    ) {
        self.name = name
        self.domain = domain
        self.inputs = inputs
        self.outputs = outputs
        self.attributeNames = attributeNames
        self.attributeDefaults = attributeDefaults
        self.nodes = nodes
        self.opsetImports = opsetImports
    }
}

/// A whole ONNX model.
public struct Model: Sendable {
    public var irVersion: Int
    public var opsetImports: [OpsetImport]
    public var producerName: String?
    public var producerVersion: String?
    public var graph: Graph
    public var functions: [Function]
    /// The fields of the ONNX message that this type does not model, serialized.
    public var rest: [UInt8] = []

    public init(irVersion: Int = 8, opsetImports: [OpsetImport], graph: Graph, functions: [Function] = []) {
        self.irVersion = irVersion
        self.opsetImports = opsetImports
        self.graph = graph
        self.functions = functions
    }

    /// The imported version of a domain; `nil` where the model does not import it. The ONNX domain has two spellings.
    public func opset(_ domain: String?) -> Int? {
        let wanted = domain ?? ""
        return opsetImports.first {
            let name = $0.domain ?? ""
            return name == wanted || (name.isStandardDomain && wanted.isStandardDomain)
        }?.version
    }

    /// The version of ONNX's own operator set; 1 where the model imports none, as the format says of its first version.
    public var opset: Int { opset("") ?? 1 }

    /// Sets the imported version of a domain, adding the import where it is missing.
    public mutating func setOpset(_ version: Int, domain: String = "") {
        let index = opsetImports.firstIndex {
            let name = $0.domain ?? ""
            return name == domain || (name.isStandardDomain && domain.isStandardDomain)
        }
        if let index {
            opsetImports[index].version = version
        } else {
            opsetImports.append(OpsetImport(domain, version))
        }
    }
}

internal import GraphIR
internal import Operators

/// How nodes of some operators get from the form they had before a version of ONNX's operator set to the form of that
/// version.
struct OpsetAdapter: Sendable {
    /// Takes a node in the old form and gives nodes in the new form that compute the same, in order.
    typealias Rewrite = @Sendable (Node, inout AdapterContext) throws(AdapterRefusal) -> [Node]

    let opTypes: [String]
    /// The version that brought the new form.
    let version: Int
    let rewrite: Rewrite

    init(_ opTypes: String..., at version: Int, rewrite: @escaping Rewrite) {
        self.opTypes = opTypes
        self.version = version
        self.rewrite = rewrite
    }
}

/// Why a node has no form at the newer version; for people, as the end of a sentence.
struct AdapterRefusal: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
}

/// What an adapter may ask about the graph around its node.
struct AdapterContext {
    var inference: ShapeInference
    var names: GraphNames
    /// Values that something reads.
    let used: Set<String>

    func facts(_ value: String?) -> Facts? { value.flatMap { inference.facts[$0] } }

    func rank(_ value: String?) -> Int? { facts(value)?.rank }

    /// A new value name.
    mutating func fresh(_ wish: String) -> String { names.fresh(wish) }

    /// A Constant node that holds `tensor`; it is valid in functions and subgraphs too.
    mutating func constant(_ tensor: Tensor, _ wish: String) -> Node {
        let name = fresh(wish)
        return Node(
            "Constant", name: name, inputs: [], outputs: [name], attributes: [Attribute("value", .tensor(tensor))])
    }

    /// A Constant node of 64-bit integers.
    mutating func constant(_ integers: [Int], _ wish: String) -> Node {
        constant(Tensor(integers.map(Int64.init), [integers.count]), wish)
    }

    /// Nodes that give `number` as a scalar of the element type of `value`; of float32 where that is not known.
    mutating func scalar(_ number: Float, like value: String?, _ wish: String) -> [Node] {
        let type = facts(value)?.elementType ?? .float32
        if type == .float64 { return [constant(Tensor(scalar: Double(number)), wish)] }
        let single = constant(Tensor(scalar: number), wish)
        guard type != .float32 else { return [single] }
        let cast = fresh(wish)
        let to = Attribute("to", Int(type.rawValue))
        return [single, Node("Cast", name: cast, inputs: single.outputs, outputs: [cast], attributes: [to])]
    }
}

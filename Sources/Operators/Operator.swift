public import GraphIR
public import Kernels

/// The name an operator has and the opset versions its file covers.
public struct OperatorSignature: Sendable, Hashable {
    public var domain: String
    public var name: String
    /// Opset versions of the domain at which a node means what this file does.
    public var versions: ClosedRange<Int>

    public init(_ name: String, domain: String = "", versions: ClosedRange<Int> = 1...Int.max) {
        self.name = name
        self.domain = domain
        self.versions = versions
    }
}

/// All that the program knows of one operator.
public protocol Operator: Sendable {
    static var signature: OperatorSignature { get }

    /// Parses and checks the attributes. `opset` is the version of the operator's domain that the model imports.
    /// Throws `OperatorFault.attribute` or `.unsupported`.
    init(_ node: Node, opset: Int) throws

    /// Inputs whose contents, not only shapes, decide the output shapes or must be known to prepare.
    var valueInputs: [Int] { get }

    /// Element types and shapes of the outputs, one for each output the operator has; the caller drops those that a node
    /// leaves out. Symbolic dimensions stay symbols. With known extents and known `valueInputs` the result has known
    /// extents. An output may be given with its constant value (Shape, Constant). Throws `OperatorFault`.
    func infer(_ inputs: Inputs) throws -> [Facts]

    /// The layouts between which the plan may choose, the best first; all facts are as in `prepare`, planar. Spatial
    /// operators that compute faster with channels last offer that only; operators that do not care offer both.
    func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice]

    /// Binds attributes, constant inputs and extents. Inputs and outputs have the layouts of one of `layouts`. Every extent of inputs and outputs is known, and so is the
    /// contents of each of `valueInputs`. Throws `OperatorFault`.
    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel

    /// What quantization does with the operator.
    var role: QuantizationRole { get }
}

extension Operator {
    public var valueInputs: [Int] { [] }
    public var role: QuantizationRole { .float }
    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] { [.planar] }
}

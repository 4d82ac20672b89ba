internal import GraphIR
internal import Kernels
internal import Operators

/// The operator `Loop` as the planner sees it: left for `EagerRun`, which goes through its body as often as it says.
struct BodyLoop: Operator {
    static let signature = OperatorSignature("Loop")
    let body: Graph
    /// How many values go from one round to the next.
    let carriedCount: Int

    /// `nil` where `node` is no `Loop`. Throws `OperatorFault`.
    init?(_ node: Node) throws {
        guard node.isStandard("Loop") else { return nil }
        try self.init(node, opset: 0)
    }

    init(_ node: Node, opset: Int) throws {
        guard case .graph(let body)? = node.attribute("body") else {
            throw OperatorFault.attribute("body", "is missing")
        }
        self.body = body
        carriedCount = max(node.inputs.count - 2, 0)
        guard body.inputs.count == carriedCount + 2 else {
            throw OperatorFault.shape("the body takes \(body.inputs.count) values, the node gives \(carriedCount + 2)")
        }
        guard body.outputs.count > carriedCount, node.outputs.count < body.outputs.count else {
            throw OperatorFault.shape("the body gives \(body.outputs.count) values, too few for the node")
        }
    }

    /// The extents of what is collected depend on the number of rounds.
    func infer(_ inputs: Inputs) throws -> [Facts] {
        Array(repeating: Facts(.float32, nil), count: body.outputs.count - 1)
    }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel { throw OperatorFault.needsValue(input: 0) }
}

/// The rounds of one `Loop`: what goes from one to the next, and what each leaves.
struct LoopRounds {
    private let loop: BodyLoop
    private let most: Int
    private var goesOn: Bool
    private var carried: [Tensor]
    private var collected: [[Tensor]]
    private(set) var done = 0

    /// Whether another round follows.
    var hasNext: Bool { goesOn && done < most }

    /// `inputs` are those of the node. Throws `OperatorFault`.
    init(_ loop: BodyLoop, _ inputs: [Tensor?]) throws {
        self.loop = loop
        most = try inputs.first.flatMap(\.self).map { try $0.single() } ?? .max
        goesOn = try inputs.dropFirst().first.flatMap(\.self).map { try $0.single() != 0 } ?? true
        carried = try inputs.dropFirst(2).enumerated().map { index, tensor in
            guard let tensor else { throw OperatorFault.missingInput(index + 2) }
            return tensor
        }
        collected = Array(repeating: [], count: loop.body.outputs.count - 1 - loop.carriedCount)
    }

    /// The values that the body's inputs have in the next round, by name.
    func bindings() -> [(name: String, tensor: Tensor)] {
        let round = Tensor([Int64(done)], []), condition = Tensor(.bool, [], bytes: ArrayBytes([goesOn ? 1 : 0]))
        return Array(zip(loop.body.inputs.map(\.name), [round, condition] + carried))
    }

    /// Takes what the body gave. Throws `OperatorFault`.
    mutating func finish(_ outputs: [Tensor]) throws {
        goesOn = try outputs[0].single() != 0
        carried = Array(outputs[1...loop.carriedCount])
        for (index, tensor) in outputs[(loop.carriedCount + 1)...].enumerated() { collected[index].append(tensor) }
        done += 1
    }

    /// The outputs of the node: the values carried, then what was collected, stacked. Throws `OperatorFault`.
    func results() throws -> [Tensor] {
        try carried + zip(collected, loop.body.outputs.dropFirst(1 + loop.carriedCount)).map(Self.stacked)
    }

    private static func stacked(_ parts: [Tensor], _ info: ValueInfo) throws -> Tensor {
        guard let first = parts.first else {
            let extents = info.shape?.dimensions.map { $0.value ?? 0 } ?? []
            return Tensor(info.elementType ?? .float32, [0] + extents, bytes: ArrayBytes([]))
        }
        guard parts.allSatisfy({ $0.extents == first.extents && $0.elementType == first.elementType }) else {
            throw OperatorFault.shape("the rounds of a Loop leave values of different shapes in '\(info.name)'")
        }
        guard first.elementType.bits >= 8, first.elementType != .string else {
            throw OperatorFault.unsupported("a Loop that collects \(first.elementType.onnxName)")
        }
        let bytes = parts.flatMap { part in part.bytes.withUnsafeBytes { Array($0) } }
        return Tensor(first.elementType, [parts.count] + first.extents, bytes: ArrayBytes(bytes))
    }
}

extension Tensor {
    /// The only element of a condition or a count. Throws `OperatorFault.value`.
    fileprivate func single() throws -> Int {
        guard let values = integers, values.count == 1 else {
            throw OperatorFault.value("a condition or count of shape \(extents) has not one element")
        }
        return values[0]
    }
}

internal import GraphIR
internal import Kernels
internal import Operators

/// Chooses how every value lies in memory, once for the whole plan.
///
/// Steps are taken in order. Each gets, of the layouts its operator offers, those for which the fewest bytes have to
/// move, given where its inputs already are; a change of layout is put in front of it where needed, and made once for a
/// value.
struct LayoutPlan {
    private var draft: Draft
    private var steps: [Draft.Step] = []
    /// For a value that exists in both layouts its twin in the other.
    private var twin: [Int: Int] = [:]

    /// O(steps).
    static func choose(_ draft: inout Draft) {
        var plan = LayoutPlan(draft: draft)
        for step in draft.steps { plan.add(step) }
        draft = plan.draft
        draft.steps = plan.steps
    }

    private init(draft: Draft) { self.draft = draft }

    private mutating func add(_ step: Draft.Step) {
        var step = step
        let choice = best(of: step.operation.layouts(draft.inputs(step, as: .planar), step.outputs), for: step)
        step.reads = step.reads.enumerated().map { position, read in
            read.map { value($0, in: choice.input(position)) }
        }
        for index in step.outputs.indices { step.outputs[index].layout = choice.output }
        for case let value? in step.writes { draft.values[value].facts.layout = choice.output }
        steps.append(step)
    }

    /// The choice that moves the fewest bytes, changes of the inputs' layouts included; of equals the first.
    private func best(of choices: [LayoutChoice], for step: Draft.Step) -> LayoutChoice {
        func cost(_ choice: LayoutChoice) -> Int {
            step.reads.enumerated().reduce(choice.cost) { sum, read in
                guard let value = read.element, !exists(value, in: choice.input(read.offset)) else { return sum }
                return sum + draft.values[value].facts.byteCount
            }
        }
        return choices.count == 1 ? choices[0] : choices.min { cost($0) < cost($1) } ?? .planar
    }

    /// Whether no bytes need to move to have the value in that layout.
    private func exists(_ value: Int, in layout: TensorLayout) -> Bool {
        let facts = draft.values[value].facts
        return facts.layout == layout || facts.isLayoutFree() || twin[value] != nil
    }

    /// The value in that layout; a step that changes it is added where there is none yet.
    private mutating func value(_ value: Int, in layout: TensorLayout) -> Int {
        let facts = draft.values[value].facts
        if facts.layout == layout { return value }
        if let known = twin[value] { return known }
        var changed = facts
        changed.layout = layout
        let name = draft.values[value].name, other = draft.values.count
        if let constant = facts.constant {
            changed.constant = constant.laid(out: layout, from: facts)
            draft.values.append(Plan.Value(name: name, facts: changed, place: .constant(changed.constant ?? constant)))
        } else {
            let node = Node("LayoutChange", domain: "onnxq", inputs: [name], outputs: [])
            draft.values.append(Plan.Value(name: name, facts: changed, place: .arena(0)))
            steps.append(Draft.Step(
                reference: NodeReference(node: node, position: 0, opset: 1), operation: ChangeLayout(node),
                reads: [value], writes: [other], outputs: [changed]))
        }
        (twin[value], twin[other]) = (other, value)
        return other
    }
}

/// The same values in another layout.
private struct ChangeLayout: Operator {
    static let signature = OperatorSignature("LayoutChange", domain: "onnxq")

    init(_ node: Node, opset: Int = 1) {}

    func infer(_ inputs: Inputs) throws -> [Facts] { [try inputs.require(0)] }

    func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let x = try inputs.require(0)
        if x.isLayoutFree() { return .view() }
        guard let change = LayoutChange(x.elementType, x.extents, from: x.layout, to: outputs[0].layout) else {
            throw OperatorFault.unsupported("\(x.elementType.onnxName) in another layout")
        }
        return Kernel { change.run(from: $0.input(0, as: UInt8.self), to: $0.output(0, as: UInt8.self)) }
    }
}

extension Tensor {
    /// The tensor, which has these facts, with its elements in the order of another layout.
    fileprivate func laid(out layout: TensorLayout, from facts: Facts) -> Tensor {
        facts.isLayoutFree() ? self : bytes.withUnsafeBytes {
            TensorView(facts.elementType, facts.extents, layout: facts.layout, bytes: $0).copy(as: layout)
        }
    }
}

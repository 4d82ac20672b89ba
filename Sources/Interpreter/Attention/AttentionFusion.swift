internal import GraphIR
internal import Kernels
internal import Operators

/// Makes one step of MatMul, Softmax and MatMul with what stands around them: the scaling of the scores or of their
/// operands, a mask that is added, and the movements that divide operands into heads and join the results.
///
/// Scores and probabilities must have no other reader and nobody who watches them. Operands may have: what moved them
/// stays then, though attention does not wait for it.
struct AttentionFusion {
    private var draft: Draft
    private let readers: [Int]
    /// The step that writes a value, and the last one that reads it.
    private var producer: [Int: Int] = [:]
    private var reader: [Int: Int] = [:]
    /// Steps that became part of another.
    private var absorbed: Set<Int> = []
    /// Steps that need not run where nothing reads their results any more.
    private var bypassed: Set<Int> = []

    /// O(steps).
    static func run(_ draft: inout Draft) {
        var fusion = AttentionFusion(draft)
        for index in draft.steps.indices where draft.steps[index].reference.node.isStandard("Softmax") {
            fusion.fuse(around: index)
        }
        guard !fusion.absorbed.isEmpty else { return }
        draft = fusion.draft
        draft.remove(fusion.absorbed.union(draft.unread(among: fusion.bypassed, without: fusion.absorbed)))
    }

    private init(_ draft: Draft) {
        self.draft = draft
        readers = draft.readerCounts
        for (index, step) in draft.steps.enumerated() {
            for case let value? in step.writes { producer[value] = index }
            for case let value? in step.reads { reader[value] = index }
        }
    }

    private mutating func fuse(around softmax: Int) {
        let step = draft.steps[softmax]
        guard step.isOverLastAxis, let scores = step.reads[0].flatMap(scores), let probabilities = step.writes[0],
            let product = soleReader(of: probabilities), draft.steps[product].reference.node.isStandard("MatMul"),
            draft.steps[product].reads[0] == probabilities, let value = draft.steps[product].reads[1],
            let output = draft.steps[product].writes[0],
            draft.extents(output).dropLast(2) == draft.extents(probabilities).dropLast(2)
        else { return }
        let query = operand(scores.query, scales: true), key = operand(scores.key, scales: true)
        let target = target(of: product, output), moved = operand(value, scales: false)
        let operation = try? FusedAttention(
            query: query.view, key: key.view, value: moved.view,
            addend: scores.addend.map {
                StridedView(dense: draft.extents($0)).broadcast(to: draft.extents(probabilities))
            },
            scale: scores.scale * query.scale * key.scale, result: target.view)
        guard let operation else { return }
        bypassed.formUnion(query.steps + key.steps + moved.steps)
        absorbed.formUnion(scores.steps + [softmax, product])
        absorbed.remove(target.step)
        draft.steps[target.step].become(operation, reading: [query.source, key.source, moved.source, scores.addend])
    }

    /// The step that alone reads a value.
    private func soleReader(of value: Int) -> Int? { readers[value] == 1 ? reader[value] : nil }

    /// Where the product's elements go: into its own output, or into that of a transposition behind it.
    private func target(of product: Int, _ output: Int) -> (step: Int, view: StridedView) {
        let extents = draft.extents(output)
        guard let next = soleReader(of: output), let transpose = draft.steps[next].operation as? Transpose,
            let order = try? transpose.order(rank: extents.count), order.last == extents.count - 1
        else { return (product, StridedView(dense: extents)) }
        let inverse = order.indices.sorted { order[$0] < order[$1] }
        return (next, StridedView(dense: order.map { extents[$0] }).transposed(inverse))
    }
}

// MARK: What comes before the softmax

extension AttentionFusion {
    private struct Scores {
        var query: Int
        var key: Int
        var scale: Float
        var addend: Int?
        var steps: [Int]
    }

    /// How many steps to look back over.
    private static let mostSteps = 16

    /// The product that gives a value which only one step reads, scaled and then added to on the way.
    private func scores(_ value: Int) -> Scores? {
        if let product = scaledProduct(value) { return product }
        guard readers[value] == 1, let source = producer[value] else { return nil }
        let step = draft.steps[source]
        guard step.reference.node.isStandard("Add") else { return nil }
        for (operand, addend) in [(step.reads[0], step.reads[1]), (step.reads[1], step.reads[0])] {
            guard let operand, let addend, draft.extents(operand) == draft.extents(value),
                var product = scaledProduct(operand)
            else { continue }
            product.addend = addend
            product.steps.append(source)
            return product
        }
        return nil
    }

    private func scaledProduct(_ value: Int) -> Scores? {
        var value = value, scale: Float = 1, steps: [Int] = []
        while steps.count < Self.mostSteps, readers[value] == 1, let source = producer[value] {
            let step = draft.steps[source]
            steps.append(source)
            if step.reference.node.isStandard("MatMul"), let query = step.reads[0], let key = step.reads[1] {
                return Scores(query: query, key: key, scale: scale, steps: steps)
            }
            guard let (operand, factor) = draft.scaling(step) else { return nil }
            (value, scale) = (operand, scale * factor)
        }
        return nil
    }

    private struct Operand {
        var source: Int
        var view: StridedView
        var scale: Float = 1
        /// The steps that made the view.
        var steps: [Int] = []
    }

    /// A value as a view of what movements, and where it `scales` multiplications by a constant, made it of.
    private func operand(_ value: Int, scales: Bool) -> Operand {
        var chain: [(step: Int, value: Int)] = [], source = value
        while chain.count < Self.mostSteps, let index = producer[source], let before = passed(index, scales: scales) {
            chain.append((index, source))
            source = before
        }
        var result = Operand(source: source, view: StridedView(dense: draft.extents(source)))
        for (index, value) in chain.reversed() {
            let step = draft.steps[index]
            result.steps.append(index)
            if let movement = step.operation as? any ViewingOperator, let output = step.writes.firstIndex(of: value) {
                if let view = movement.view(result.view, draft.inputs(step), step.outputs, at: output) {
                    result.view = view
                } else {
                    result = Operand(source: value, view: StridedView(dense: draft.extents(value)))
                }
            } else if let (_, factor) = draft.scaling(step) {
                result.scale *= factor
            }
        }
        return result
    }

    /// The input of a step that only moves, or `scales`, float32 elements.
    private func passed(_ index: Int, scales: Bool) -> Int? {
        let step = draft.steps[index]
        guard step.outputs[0].elementType == .float32 else { return nil }
        if scales, let (operand, _) = draft.scaling(step) { return operand }
        return step.operation is any ViewingOperator ? step.reads[0] : nil
    }
}

extension Draft {
    fileprivate func extents(_ value: Int) -> [Int] { values[value].facts.extents }

    /// What a step multiplies or divides by a constant number, and the factor.
    fileprivate func scaling(_ step: Step) -> (operand: Int, factor: Float)? {
        let node = step.reference.node, isProduct = node.isStandard("Mul")
        guard isProduct || node.isStandard("Div"), step.outputs[0].elementType == .float32 else { return nil }
        let orders = [(step.reads[0], step.reads[1]), (step.reads[1], step.reads[0])]
        for (operand, other) in orders.prefix(isProduct ? 2 : 1) {
            guard let operand, let constant = other.flatMap({ values[$0].facts.constant }), constant.elementCount == 1,
                let number = constant.floats?.first, extents(operand) == step.outputs[0].extents
            else { continue }
            let factor = isProduct ? number : 1 / number
            return factor.isNormal ? (operand, factor) : nil
        }
        return nil
    }
}

extension Draft.Step {
    fileprivate var isOverLastAxis: Bool {
        let rank = outputs[0].extents.count
        return reference.opset >= 13 && [-1, rank - 1].contains(reference.node.int("axis") ?? -1)
            && outputs[0].elementType == .float32
    }

    fileprivate mutating func become(_ operation: any Operator, reading reads: [Int?]) {
        let node = reference.node
        reference = NodeReference(
            node: Node("Attention", name: node.name, domain: "onnxq", inputs: node.inputs, outputs: node.outputs),
            position: reference.position, opset: reference.opset)
        self.operation = operation
        self.reads = reads
    }
}

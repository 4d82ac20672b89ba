internal import GraphIR
internal import Kernels
internal import Operators

/// Makes one step of MatMul, Softmax and MatMul with what stands around them: the scaling of the scores or of their
/// operands, a mask that is added, and the movements that divide operands into heads and join the results.
///
/// Scores and probabilities must have no other reader and nobody who watches them. Operands may have: what moved them
/// stays then, though attention does not wait for it.
struct AttentionFusion {
    private(set) var draft: Draft
    /// How often each value is read.
    let readers: [Int]
    /// The step that writes a value, and the last one that reads it.
    private(set) var producer: [Int: Int] = [:]
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

internal import GraphIR
internal import Kernels
internal import Operators

/// Lets operators go on to what follows them: a convolution to the addition and the activation behind it.
///
/// Two steps become one where the first has one result, the second is its only reader, and nobody watches it.
struct StepFusion {
    private var draft: Draft
    private let readers: [Int]
    /// The step that writes a value.
    private var producer: [Int: Int] = [:]
    private var absorbed: Set<Int> = []

    /// Fuses what goes together. O(steps).
    static func run(_ draft: inout Draft) {
        var fusion = StepFusion(draft)
        for index in draft.steps.indices {
            fusion.absorbProducer(of: index)
            for case let value? in fusion.draft.steps[index].writes { fusion.producer[value] = index }
        }
        draft = fusion.draft
        draft.steps = draft.steps.enumerated().filter { !fusion.absorbed.contains($0.offset) }.map(\.element)
    }

    private init(_ draft: Draft) {
        self.draft = draft
        readers = draft.readerCounts
    }

    private mutating func absorbProducer(of index: Int) {
        let step = draft.steps[index], inputs = draft.inputs(step)
        guard step.writes.count == 1, step.outputs.count == 1 else { return }
        for (position, read) in step.reads.enumerated() {
            guard let read, readers[read] == 1, let source = producer[read],
                let operation = draft.steps[source].operation as? any FusingOperator,
                let fusion = operation.fused(
                    draft.inputs(draft.steps[source]),
                    with: Follower(step.operation, inputs, position: position, output: step.outputs[0]))
            else { continue }
            var result = draft.steps[source]
            result.operation = fusion.operation
            (result.writes, result.outputs) = (step.writes, step.outputs)
            result.observed += step.observed
            if let added = fusion.added {
                while result.reads.count <= added.at { result.reads.append(nil) }
                result.reads[added.at] = step.reads[added.input]
            }
            draft.steps[index] = result
            absorbed.insert(source)
            return
        }
    }
}

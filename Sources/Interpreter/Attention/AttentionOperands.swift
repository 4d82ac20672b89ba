internal import GraphIR
internal import Kernels
internal import Operators

/// What comes before the softmax.
extension AttentionFusion {
    /// A product, times `scale`, plus `addend`.
    struct Scores {
        var query: Int
        var key: Int
        var scale: Float
        var addend: Int?
        /// The steps that compute them.
        var steps: [Int]
    }

    /// How many steps to look back over.
    private static let mostSteps = 16

    /// The product that gives a value which only one step reads, scaled and then added to on the way.
    func scores(_ value: Int) -> Scores? {
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

    struct Operand {
        var source: Int
        var view: StridedView
        var scale: Float = 1
        /// The steps that made the view.
        var steps: [Int] = []
    }

    /// A value as a view of what movements, and where it `scales` multiplications by a constant, made it of.
    func operand(_ value: Int, scales: Bool) -> Operand {
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
    /// Factors that may as well be applied to a sum of products as to the terms: neither leaves the range of float32.
    private static let factors: ClosedRange<Float> = 0x1p-20...0x1p20

    func extents(_ value: Int) -> [Int] { values[value].facts.extents }

    /// What a step multiplies or divides by a constant number, and the factor.
    func scaling(_ step: Step) -> (operand: Int, factor: Float)? {
        let node = step.reference.node, isProduct = node.isStandard("Mul")
        guard isProduct || node.isStandard("Div"), step.outputs[0].elementType == .float32 else { return nil }
        let orders = [(step.reads[0], step.reads[1]), (step.reads[1], step.reads[0])]
        for (operand, other) in orders.prefix(isProduct ? 2 : 1) {
            guard let operand, let constant = other.flatMap({ values[$0].facts.constant }), constant.elementCount == 1,
                let number = constant.floats?.first, extents(operand) == step.outputs[0].extents
            else { continue }
            let factor = isProduct ? number : 1 / number
            return Self.factors.contains(factor.magnitude) ? (operand, factor) : nil
        }
        return nil
    }
}

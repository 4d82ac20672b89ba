internal import Calibration
internal import GraphIR
internal import Kernels

extension DifferentiableGraph {
    /// The values of a run: as their producers give them, and on their grids.
    private struct Trace {
        var given: [String: Tensor]
        var onGrid: [String: Tensor] = [:]
    }

    private func read(_ name: String, _ isQuantized: Bool, _ trace: Trace) -> Tensor? {
        if let value = values[name], isQuantized || value.servesAllReaders { return trace.onGrid[name] }
        return (isQuantized ? constants[name] : nil) ?? trace.given[name] ?? initializers[name]
    }

    private func inputs(_ step: Step, _ weights: Weights, _ trace: Trace) -> [Tensor?] {
        var inputs = step.node.inputs.map { read($0, step.isQuantized, trace) }
        if let noisy = weights[step.position] { inputs[1] = noisy.weight }
        return inputs
    }

    private func forward(
        _ sample: Sample, _ weights: Weights, _ parameters: ScaleParameters, _ random: inout SplitMix64
    ) throws -> Trace {
        var trace = Trace(given: sample.values)
        for name in sample.values.keys.sorted() {
            guard let value = values[name], let x = trace.given[name] else { continue }
            trace.onGrid[name] = value.round(x, parameters, &random)
        }
        for step in steps {
            let results = try step.kernel.run(inputs(step, weights, trace))
            for case (let name, let result?) in zip(step.node.outputs, results) {
                trace.given[name] = result
                if let value = values[name] { trace.onGrid[name] = value.round(result, parameters, &random) }
            }
        }
        return trace
    }

    /// The squared error of the targets of one sample, each times its weight, and its slopes by the parameters.
    ///
    /// `seed` gives the shifts of the grids. Throws what kernels throw. O(3 * multiply-accumulates).
    func slopes(
        _ sample: Sample, reference: [Tensor], targetWeights: [Float], _ weights: Weights,
        _ parameters: ScaleParameters, seed: UInt64
    ) throws -> (error: Double, slopes: [Double]) {
        var random = SplitMix64(seed: seed), slopes = [Double](repeating: 0, count: parameters.values.count)
        let trace = try forward(sample, weights, parameters, &random)
        var atValue: [String: Tensor] = [:], atGrid: [String: Tensor] = [:], error = 0.0
        for (name, (expected, weight)) in zip(targets, zip(reference, targetWeights)) {
            guard let value = read(name, false, trace) else { continue }
            let difference = value.adding(expected, scale: -1)
            error += Double(weight) * difference.squareSum
            add(Tensor.zeros(value.extents).adding(difference, scale: 2 * weight), to: name, false, &atValue, &atGrid)
        }
        for step in steps.reversed() {
            guard let name = step.node.outputs.first, let output = trace.given[name] else { continue }
            var gradient = atValue.removeValue(forKey: name)
            if let value = values[name], let above = atGrid.removeValue(forKey: name), let y = trace.onGrid[name] {
                let passed = value.passBack(above, x: output, y: y, parameters, slopes: &slopes)
                gradient = gradient.map { $0.adding(passed) } ?? passed
            }
            guard let rule = step.rule, let gradient else { continue }
            let inputs = inputs(step, weights, trace)
            let passed = try rule.passBack(gradient, inputs: inputs, output: output, wanted: step.wanted)
            for case (let name, let passed?) in zip(step.node.inputs, passed) {
                add(passed, to: name, step.isQuantized, &atValue, &atGrid)
            }
            addWeightSlopes(step, rule, gradient, inputs[0], weights, parameters, &slopes)
        }
        return (error, slopes)
    }

    private func add(
        _ gradient: Tensor, to name: String, _ isQuantized: Bool, _ atValue: inout [String: Tensor],
        _ atGrid: inout [String: Tensor]
    ) {
        if let value = values[name], isQuantized || value.servesAllReaders {
            atGrid[name] = atGrid[name].map { $0.adding(gradient) } ?? gradient
        } else {
            atValue[name] = atValue[name].map { $0.adding(gradient) } ?? gradient
        }
    }

    private func addWeightSlopes(
        _ step: Step, _ rule: any GradientRule, _ gradient: Tensor, _ data: Tensor?, _ weights: Weights,
        _ parameters: ScaleParameters, _ slopes: inout [Double]
    ) {
        guard let product = products[step.position], product.dependsOnFactors, let draw = weights[step.position],
            let range = parameters.factors[product.data], let rule = rule as? any ProductGradientRule, let data
        else { return }
        product.addSlopes(rule.weightGradient(gradient, data: data), draw, to: &slopes[range])
    }
}

extension Tensor {
    /// The sum of the squares of this float32 tensor's elements.
    var squareSum: Double {
        var sum = [0.0], column = [0.0]
        withFloats { GradientKernels.addSums(of: $0, times: $0, count: elementCount, byRow: &sum, byColumn: &column) }
        return sum[0]
    }
}

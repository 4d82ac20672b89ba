internal import Calibration
internal import GraphIR
internal import Interpreter

/// What the products of a quantized model take in a run, known before the network is made ready to be differentiated.
struct LearningWork {
    /// Multiply-accumulates.
    let products: Int

    /// Runs the float model of `variant` on a sample. Throws the errors of running.
    init(_ variant: OutputTrials.Variant, sample: Sample) throws {
        let graph = variant.model.graph
        var terms: [String: Int] = [:]
        for (position, product) in variant.placement.products {
            guard let weight = graph.initializers[product.weight] else { continue }
            terms[graph.nodes[position].outputs[0]] = product.terms(of: weight)
        }
        var sum = 0
        let session = try Session(variant.model, mode: .integer, observing: Set(terms.keys))
        _ = try session.run(sample.values) { name, view in sum += view.elementCount * (terms[name] ?? 0) }
        products = sum
    }
}

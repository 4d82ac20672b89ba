internal import Calibration
internal import GraphIR
internal import Kernels

extension OutputTrials {
    /// Chooses weights and biases of all products by running float and quantized form over the samples, and keeps those
    /// that serve the outputs best. As the last step of all it lets samples go as soon as they were read. Throws
    /// the errors of running. `progress` is told the share of products done.
    public mutating func reconstruct(
        _ methods: Set<AccuracyMethod>, isLast: Bool = false, progress: (Double) -> Void = { _ in }
    ) throws {
        let reconstruction = Reconstruction(methods: methods)
        guard !reconstruction.roundings.isEmpty else { return }
        let start = best
        let run = TwinRun(start, samples: samples)
        if isLast { samples = [] }
        let placements = try placements(start, reconstruction, consume run, progress)
        ProcessMemory.giveBackFree()
        for rounding in reconstruction.roundings {
            guard let placement = placements[rounding] else { continue }
            var variant = start
            variant.placement = placement
            try consider(variant, reconstruction.step(rounding))
        }
    }

    /// The placement with the weights that each way to round gives, by a run from `start` on.
    private func placements(
        _ start: Variant, _ reconstruction: Reconstruction, _ run: consuming TwinRun, _ progress: (Double) -> Void
    ) throws -> [Rounding: Placement] {
        let shared = sharedWeights(start)
        let grids = GridChoice(start)
        var placements = [Rounding: Placement]()
        for rounding in reconstruction.roundings { placements[rounding] = start.placement }
        run.roundInputs()
        var done = 0
        try run.run { position, layer in
            done += 1
            progress(Double(done) / Double(start.placement.products.count))
            let product = layer.product
            guard !product.isWeightQuantized, !shared.contains(product.weight),
                let weight = start.model.graph.initializers[product.weight]
            else { return nil }
            let rounded = reconstruction.reconstruct(
                layer, weight: weight, placed: product.weightGrid,
                leastScales: Self.leastScales(position, start, grids, channels: weight.extents[product.weightAxis]))
            for (rounding, weight) in rounded { placements[rounding]?.products[position]?.rounded = weight }
            return reconstruction.roundings.last.flatMap { rounded[$0] }
        }
        return placements
    }

    /// The least weight scales at which a bias twice as large as the product's fits int32; none where there is no bias.
    private static func leastScales(
        _ position: Int, _ variant: Variant, _ grids: GridChoice, channels: Int
    ) -> [Float] {
        let node = variant.model.graph.nodes[position]
        guard let product = variant.placement.products[position],
            let bias = product.bias.flatMap({ variant.model.graph.initializers[$0]?.floats }), bias.count == channels,
            let input = grids.read(node.inputs[product.role.data], by: position)?.scales.first
        else { return [] }
        return bias.map { 2 * $0.magnitude / WeightGrids.largestBias / input }
    }

    /// Weights that more than one node reads.
    private func sharedWeights(_ variant: Variant) -> Set<String> {
        let index = GraphIndex(variant.model.graph)
        return Set(variant.placement.products.values.map(\.weight).filter { (index.consumers[$0] ?? []).count > 1 })
    }
}

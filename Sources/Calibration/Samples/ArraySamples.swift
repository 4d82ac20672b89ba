internal import GraphIR

/// Reads the samples of one set of arrays in step.
final class ArraySamples: SampleReader {
    private let inputs: [ValueInfo]
    private let arrays: [String: NumpyArray]
    private let plan: ArrayPlan
    private let place: String
    private var done = 0

    init(_ set: ArraySet, inputs: [ValueInfo]) throws {
        self.inputs = inputs
        place = set.place
        arrays = try set.open()
        plan = try ArrayPlan(arrays.mapValues(\.header), inputs: inputs, place: place)
    }

    var count: Int { plan.count }
    var fixedBatch: Int? { plan.fixedBatch }
    var sampleBytes: Int { plan.sampleBytes }
    var isCompressed: Bool { arrays.values.contains(where: \.isCompressed) }

    func next(_ wanted: Int) throws -> Sample? {
        guard done < plan.count else { return nil }
        let rows = min(plan.fixedBatch ?? wanted, plan.count - done)
        if let batch = plan.fixedBatch, rows < batch {
            throw SampleFault.batch(place: place, count: plan.count, batch: batch)
        }
        var sample = Sample(values: [:], count: rows, hasSampleAxis: plan.withoutAxis.isEmpty)
        for input in inputs {
            guard let array = arrays[input.name] else { continue }
            var tensor = try array.next(rows)
            if plan.withoutAxis.contains(input.name) { tensor.extents.removeFirst() }
            sample.values[input.name] = try input.accept(
                tensor, sample: done, of: rows, place: place, mustBeFinite: true)
        }
        if let label = plan.label, let array = arrays[label] { sample.labels = try array.nextLabels(rows) }
        done += rows
        return sample
    }
}

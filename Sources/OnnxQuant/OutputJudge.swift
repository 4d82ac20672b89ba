internal import GraphIR
internal import Reporting

/// Compares the outputs of two models sample by sample.
struct OutputJudge {
    private var comparisons: [OutputComparison]
    /// What became of the first sample in which an output had another shape, by the comparison's position.
    private var misfits: [Int: ComparisonFault] = [:]
    /// The quantized model's names of the outputs, in the order of the comparisons.
    private let quantizedNames: [String]

    /// Pairs outputs by name, or by position where the names differ. Throws `ComparisonFault.outputs`.
    init(float: [String], quantized: [String]) throws {
        if Set(float) == Set(quantized) {
            quantizedNames = float
        } else {
            guard float.count == quantized.count else {
                throw ComparisonFault.outputs(float: float, quantized: quantized)
            }
            quantizedNames = quantized
        }
        comparisons = float.map(OutputComparison.init)
    }

    /// Adds the outputs of one run of both. `samples` is how many samples lie along the leading axis, 1 where the run
    /// was one sample as a whole. Of outputs of different shapes only the samples are counted. Throws `ComparisonFault`.
    mutating func add(float: [String: Tensor], quantized: [String: Tensor], samples: Int) throws {
        for index in comparisons.indices {
            let name = comparisons[index].name
            guard let reference = float[name], let measured = quantized[quantizedNames[index]] else {
                throw ComparisonFault.outputs(float: float.keys.sorted(), quantized: quantized.keys.sorted())
            }
            guard reference.extents == measured.extents else {
                comparisons[index].addOtherShape(samples: samples)
                misfits[index] = misfits[index]
                    ?? .shape(output: name, float: reference.extents, quantized: measured.extents)
                continue
            }
            guard let expected = reference.numbers, let got = measured.numbers else {
                throw ComparisonFault.notNumeric(output: name)
            }
            let parts = reference.extents.first == samples ? samples : 1
            comparisons[index].add(reference: expected, measured: got, samples: parts)
        }
    }

    /// Throws `ComparisonFault.shape` where an output has another shape in every sample: the models do not belong
    /// together.
    func checkComparable() throws {
        for index in comparisons.indices where comparisons[index].samples == 0 {
            if let misfit = misfits[index] { throw misfit }
        }
    }

    /// What the quantized model calls an output of the float model.
    func quantizedName(of name: String) -> String {
        comparisons.firstIndex { $0.name == name }.map { quantizedNames[$0] } ?? name
    }

    /// What was gathered, in the order of the float model's outputs.
    var results: [OutputFidelity] { comparisons.map(\.result) }
}

extension Tensor {
    /// The elements of a numeric tensor as float32; `nil` for every other type. O(n).
    var numbers: [Float]? { floats ?? integers?.map(Float.init) }
}

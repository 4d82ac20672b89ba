/// Why two models cannot be compared.
public enum ComparisonFault: Error, Sendable, Hashable {
    /// The models have different outputs.
    case outputs(float: [String], quantized: [String])
    /// A value has another shape in the quantized model, whatever the sample.
    case shape(output: String, float: [Int], quantized: [Int])
    /// An output holds no numbers.
    case notNumeric(output: String)
    /// A limit on top-1 accuracy, but samples without labels, or a first output without a row for each sample.
    case noAccuracy
    /// The number of labels is not that of the samples.
    case labelCount(Int, samples: Int)
    /// The models have no inner value of one name.
    case nothingInCommon
}

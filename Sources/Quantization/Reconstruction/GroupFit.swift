internal import Kernels

/// The rows of one group of a product, some of them held back to judge by.
struct GroupFit {
    /// Rows held back that are enough to tell which of two roundings is better.
    private static let mostHeldBack = 512

    let weights: Matrix
    /// The sum of squares of each column of the data to fit to.
    let energies: [Float]
    /// Ready for the data; `nil` where that allows none, or it is not asked for.
    let rounding: SecondOrderRounding?
    private let heldData: Matrix
    private let heldOutputs: Matrix
    private let dataMeans: [Float]
    private let outputMeans: [Float]
    /// Where the bias moves and a function reads the outputs.
    private let passed: PassedError?

    /// Of the rows, the last one in `heldBack` are held back; where there are so few, the same rows serve both.
    init(_ rows: ProductRows, group: Int, movesBias: Bool, rounds: Bool, heldBack: Int) {
        weights = rows.weights(group: group)
        let data = rows.data(group: group), outputs = rows.outputs(group: group)
        dataMeans = movesBias ? rows.dataMeans(group: group) : Array(repeating: 0, count: data.columns)
        outputMeans = movesBias ? rows.outputMeans(group: group) : Array(repeating: 0, count: outputs.columns)
        if movesBias { data.subtractFromRows(dataMeans) }
        let end = data.rows < 2 * heldBack ? data.rows : data.rows - data.rows / heldBack
        let held = end == data.rows ? 0..<end : end..<data.rows
        let fitted = data.prefix(end)
        let step = max((held.count + Self.mostHeldBack - 1) / Self.mostHeldBack, 1)
        let judged = Array(stride(from: held.lowerBound, to: held.upperBound, by: step))
        (heldData, heldOutputs) = (data.rows(judged), outputs.rows(judged))
        if movesBias { heldOutputs.subtractFromRows(outputMeans) }
        passed = movesBias ? rows.layer.response.flatMap { [outputMeans] in
            PassedError($0, data: data, outputs: outputs, outputMeans: outputMeans)
        } : nil
        energies = fitted.columnEnergies
        rounding = rounds ? SecondOrderRounding(data: fitted) : nil
    }

    /// The squared error of the outputs that rounded weights give, on rows they were not fitted to.
    func heldBackError(_ integers: [Int8], _ scales: [Float]) -> Double {
        let error = heldOutputs.copy()
        error.add(heldData, times: RoundingKernels.weights(integers, scales: scales), scale: -1)
        return error.elements.reduce(0) { $0 + Double($1) * Double($1) }
    }

    /// The bias that makes the mean error of each output zero, or where a function reads it of what that lets through.
    func bias(_ integers: [Int8], _ scales: [Float]) -> [Float] {
        var means = [Double](repeating: 0, count: scales.count)
        integers.withUnsafeBufferPointer { integers in
            means.withUnsafeMutableBufferPointer { means in
                for (row, mean) in dataMeans.enumerated() where mean != 0 {
                    let first = row * means.count
                    for channel in means.indices { means[channel] += Double(mean) * Double(integers[first + channel]) }
                }
            }
        }
        let bias = means.indices.map { Float(Double(outputMeans[$0]) - means[$0] * Double(scales[$0])) }
        guard let passed else { return bias }
        return zip(bias, passed.correction(RoundingKernels.weights(integers, scales: scales))).map { $0 + $1 }
    }
}

internal import Kernels

/// The error of a product's outputs that the function reading them lets through.
///
/// A bias that makes up for the mean over all positions serves those most that are many. Where a swish follows they may
/// all lie far below zero, where it is flat and no error counts; so the mean is moved toward that of the others.
struct PassedError {
    private static let mostRows = 2048
    /// The share of all positions that the mean over all of them counts as.
    private static let prior = 0.5

    private let data: Matrix
    private let outputs: Matrix
    /// The square of the function's slope at each output.
    private let slopes: Matrix
    private let divisors: [Double]

    /// For data [rows, inner] whose mean has been taken away and float outputs [rows, channels], whose mean is given.
    /// `nil` where the function cannot be computed. O(rows * channels).
    init?(_ response: ReaderResponse, data: Matrix, outputs: Matrix, outputMeans: [Float]) {
        let step = max((data.rows + Self.mostRows - 1) / Self.mostRows, 1)
        let taken = Array(stride(from: 0, to: data.rows, by: step))
        self.data = data.rows(taken)
        self.outputs = outputs.rows(taken)
        guard let slopes = response.squaredSlopes(at: self.outputs), let top = slopes.elements.max(), top > 0
        else { return nil }
        self.slopes = slopes
        self.outputs.subtractFromRows(outputMeans)
        let prior = Self.prior * Double(taken.count) * Double(top)
        divisors = slopes.columnSums.map { $0 + prior }
    }

    /// What to add to each bias that makes the mean error of all positions zero, for rounded weights [inner, channels].
    func correction(_ weights: Matrix) -> [Float] {
        let error = outputs.copy()
        error.add(data, times: weights, scale: -1)
        for index in error.elements.indices { error.elements[index] *= slopes.elements[index] }
        return zip(error.columnSums, divisors).map { Float($0 / $1) }
    }
}

extension Matrix {
    /// In double precision.
    fileprivate var columnSums: [Double] {
        var sums = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns { sums[column] += Double(base[row * columns + column]) }
        }
        return sums
    }
}

import Testing

@testable import Kernels

@Suite("Windows")
struct WindowsTests {
    @Test("sums over all positions are those of the windows gathered one by one", arguments: [
        (source: [9], kernel: [3], stride: 1, dilation: 1, pad: 1),
        (source: [7, 5], kernel: [1, 1], stride: 1, dilation: 1, pad: 0),
        (source: [7, 37], kernel: [3, 3], stride: 1, dilation: 1, pad: 1),
        (source: [8, 33], kernel: [3, 2], stride: 2, dilation: 1, pad: 2),
        (source: [12, 21], kernel: [3, 3], stride: 1, dilation: 3, pad: 4),
        (source: [4, 6, 20], kernel: [2, 3, 3], stride: 2, dilation: 1, pad: 1),
        (source: [2, 2], kernel: [5, 5], stride: 1, dilation: 1, pad: 2),
    ])
    func sums(of: (source: [Int], kernel: [Int], stride: Int, dilation: Int, pad: Int)) {
        let channels = 3, ones = of.source.map { _ in 1 }
        let destination = zip(of.source, of.kernel).map { ($0 + 2 * of.pad - of.dilation * ($1 - 1) - 1) / of.stride + 1 }
        let shape = ConvolutionShape(
            batch: 1, groups: 1, sourceChannels: channels, destinationChannels: 1, source: of.source, kernel: of.kernel,
            destination: destination, strides: ones.map { $0 * of.stride }, dilations: ones.map { $0 * of.dilation },
            padsBegin: ones.map { $0 * of.pad }, padsEnd: ones.map { $0 * of.pad })
        // Whole numbers, so that the order of sums does not matter.
        let data = (0..<channels * of.source.reduce(1, *)).map { Float(($0 * 37 + 11) % 101 - 50) }
        let windows = Windows(shape), positions = destination.reduce(1, *)
        let rows = Matrix(rows: positions, columns: windows.channels * windows.taps)
        windows.gather(data, positions: (0..<positions).map(Int64.init), into: rows, row: 0)
        let expected = (0..<rows.columns).map { column in
            (0..<positions).reduce(0) { $0 + Double(rows[$1, column]) }
        }
        var sums = [Double](repeating: 0, count: rows.columns)
        windows.addSums(of: data, to: &sums)
        #expect(sums == expected)
    }
}

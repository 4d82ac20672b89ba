internal import GraphIR

extension Tensor {
    /// A float32 tensor with each element multiplied in double precision. The elements are runs of `inner`; run `r`
    /// gets `factors[r % factors.count]`. `nil` for other element types and where the runs do not come out even. O(n).
    func scaled(by factors: [Double], inner: Int) -> Tensor? {
        let period = factors.count.multipliedReportingOverflow(by: inner)
        guard elementType == .float32, !period.overflow, period.partialValue > 0,
            elementCount.isMultiple(of: period.partialValue)
        else { return nil }
        let count = elementCount
        let result = bytes.withUnsafeBytes { source in
            [Float](unsafeUninitializedCapacity: count) { target, initialized in
                guard let source = source.baseAddress, let target = target.baseAddress else { return }
                for run in 0..<count / inner {
                    let factor = factors[run % factors.count], first = run * inner
                    let source = source + first * MemoryLayout<Float>.stride, target = target + first
                    for index in 0..<inner {
                        let value = source.loadUnaligned(fromByteOffset: index << 2, as: Float.self)
                        (target + index).initialize(to: Float(Double(value) * factor))
                    }
                }
                initialized = count
            }
        }
        return Tensor(result, extents)
    }
}

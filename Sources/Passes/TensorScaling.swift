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
            [UInt8](unsafeUninitializedCapacity: count * 4) { buffer, initialized in
                let target = UnsafeMutableRawBufferPointer(buffer)
                var offset = 0
                while offset < count * 4 {
                    for factor in factors {
                        for _ in 0..<inner {
                            let value = source.loadUnaligned(fromByteOffset: offset, as: Float.self)
                            target.storeBytes(of: Float(Double(value) * factor), toByteOffset: offset, as: Float.self)
                            offset += 4
                        }
                    }
                }
                initialized = count * 4
            }
        }
        return Tensor(.float32, extents, bytes: ArrayBytes(result))
    }
}

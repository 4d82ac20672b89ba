public import GraphIR
public import Kernels

/// `Range`: the numbers from `start` to before `limit` in steps of `delta`. (Swift's `Range` has the plain name.)
public struct RangeOperator: Operator {
    public static let signature = OperatorSignature("Range")

    public init(_ node: Node, opset: Int) throws {}

    public var valueInputs: [Int] { [0, 1, 2] }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let start = try inputs.require(0)
        for index in 1...2 { try inputs.require(index).requireType(start.elementType, input: index) }
        guard let numbers = try sequence(inputs) else { return [Facts(start.elementType, .unknown(rank: 1))] }
        let result = Facts(start.elementType, extents: [numbers.count])
        try result.checkSize()
        return [result]
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        guard let numbers = try sequence(inputs) else { throw OperatorFault.needsValue(input: 0) }
        switch outputs[0].elementType {
        case .float32: return kernel(numbers) { numbers.float($0) }
        case .float16: return kernel(numbers) { numbers.float($0).halfBits }
        case .bfloat16: return kernel(numbers) { numbers.float($0).bfloatBits }
        case .float64: return kernel(numbers) { numbers.start + Double($0) * numbers.delta }
        case .int16: return kernel(numbers) { Int16(truncatingIfNeeded: numbers.integer($0)) }
        case .int32: return kernel(numbers) { Int32(truncatingIfNeeded: numbers.integer($0)) }
        default: return kernel(numbers) { Int64(numbers.integer($0)) }
        }
    }

    private func kernel<T>(_ numbers: Progression, _ value: @escaping @Sendable (Int) -> T) -> Kernel {
        Kernel { arguments in
            let output = arguments.output(0, as: T.self)
            for index in 0..<numbers.count { output[index] = value(index) }
        }
    }

    private struct Progression {
        var start: Double = 0
        var delta: Double = 0
        var integerStart = 0
        var integerDelta = 0
        var count = 0

        func float(_ index: Int) -> Float { Float(start) + Float(index) * Float(delta) }
        func integer(_ index: Int) -> Int { integerStart &+ index &* integerDelta }
    }

    /// `nil` where an input's contents are not known.
    private func sequence(_ inputs: Inputs) throws -> Progression? {
        let constants = [inputs[0], inputs[1], inputs[2]].compactMap { $0?.constant }
        guard constants.count == 3 else { return nil }
        guard constants.allSatisfy({ $0.elementCount == 1 }) else {
            throw OperatorFault.shape("start, limit and delta must be scalars")
        }
        switch constants[0].elementType {
        case .int16, .int32, .int64:
            let values = constants.compactMap { $0.integers?.first }
            guard values.count == 3 else { throw OperatorFault.needsValue(input: 0) }
            return try integers(values[0], values[1], values[2])
        case .float32, .float64, .float16, .bfloat16:
            let values = constants.compactMap {
                $0.elements(as: Double.self)?.first ?? $0.floats?.first.map(Double.init)
            }
            guard values.count == 3 else { throw OperatorFault.needsValue(input: 0) }
            return try floats(values[0], values[1], values[2])
        case let type: throw OperatorFault.elementType(input: 0, got: type)
        }
    }

    private func integers(_ start: Int, _ limit: Int, _ delta: Int) throws -> Progression {
        guard delta != 0 else { throw OperatorFault.value("a delta of 0") }
        let (distance, overflow) = limit.subtractingReportingOverflow(start)
        guard !overflow else { throw OperatorFault.shape("a range from \(start) to \(limit) is too long") }
        let isForward = delta > 0
        guard distance != 0, (distance > 0) == isForward else { return Progression() }
        let count = (distance.magnitude - 1) / delta.magnitude + 1
        return Progression(integerStart: start, integerDelta: delta, count: Int(clamping: count))
    }

    private func floats(_ start: Double, _ limit: Double, _ delta: Double) throws -> Progression {
        let count = ((limit - start) / delta).rounded(.up)
        guard delta != 0, count.isFinite, start.isFinite, abs(count) <= Double(largestElementCount) else {
            throw OperatorFault.value("a range from \(start) to \(limit) in steps of \(delta)")
        }
        return Progression(start: start, delta: delta, count: max(0, Int(count)))
    }
}

import GraphIR
import Operators
import Testing

@Suite("Integer arithmetic")
struct IntegerArithmeticTests {
    @Test("Sums, differences and products wrap in every type")
    func wraps() throws {
        try wraps(UInt8.self)
        try wraps(Int8.self)
        try wraps(UInt16.self)
        try wraps(Int16.self)
        try wraps(UInt32.self)
        try wraps(Int32.self)
        try wraps(UInt64.self)
        try wraps(Int64.self)
    }

    private func wraps<T: FixedWidthInteger & TensorElement>(_ type: T.Type) throws {
        let values: [T] = [.min, .max, 0, 1, 2, 77, .max / 2, .max - 1, .min + 1]
        let left = values.flatMap { value in values.map { _ in value } }, right = values.flatMap { _ in values }
        let a = Tensor(left, [left.count]), b = Tensor(right, [right.count])
        func check(_ name: String, _ attributes: [Attribute] = [], _ operation: (T, T) -> T) throws {
            let got = try output(of: name, a, b, attributes: attributes).elements(as: T.self)
            #expect(got == zip(left, right).map(operation), "\(name) of \(type)")
        }
        try check("Add") { $0 &+ $1 }
        try check("Sub") { $0 &- $1 }
        try check("Mul") { $0 &* $1 }
        try check("Div") { $1 == 0 ? 0 : $0.dividedReportingOverflow(by: $1).partialValue }
        try check("Mod", [Attribute("fmod", 1)]) {
            $1 == 0 ? 0 : $0.remainderReportingOverflow(dividingBy: $1).partialValue
        }
        try check("Mod") { a, b in
            let rest = b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
            return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
        }
        try check("Max") { max($0, $1) }
        try check("Min") { min($0, $1) }
        try check("BitwiseAnd") { $0 & $1 }
        try check("BitwiseOr") { $0 | $1 }
        try check("BitwiseXor") { $0 ^ $1 }
        try check("BitShift", [Attribute("direction", "LEFT")]) { $1 < 0 ? 0 : $0 << $1 }
        try check("BitShift", [Attribute("direction", "RIGHT")]) { $1 < 0 ? ($0 < 0 ? -1 : 0) : $0 >> $1 }
        #expect(try output(of: "BitwiseNot", a).elements(as: T.self) == left.map { ~$0 })
        #expect(try output(of: "Sign", a).elements(as: T.self) == left.map { $0.signum() })
        #expect(try output(of: "Abs", a).elements(as: T.self) == left.map { $0 < 0 ? 0 &- $0 : $0 })
        if T.isSigned { #expect(try output(of: "Neg", a).elements(as: T.self) == left.map { 0 &- $0 }) }
        let low = Tensor(scalar: T(1)), high = Tensor(scalar: T(77))
        #expect(try output(of: "Clip", a, low, high).elements(as: T.self) == left.map { min(max($0, 1), 77) })
        #expect(try output(of: "Clip", a, nil, high).elements(as: T.self) == left.map { min($0, 77) })
    }

    @Test("Powers of integers are exact, wrap, and are cut to 0 for negative exponents")
    func powers() throws {
        let bases: [Int64] = [3, -2, 10, 0, 7, -1, -1, 1, 2, 0]
        let exponents: [Int64] = [39, 63, 18, 0, -1, -3, -4, -9, 64, -1]
        let got = try output(of: "Pow", Tensor(bases, [10]), Tensor(exponents, [10])).elements(as: Int64.self)
        #expect(got == [4_052_555_153_018_976_267, .min, 1_000_000_000_000_000_000, 1, 0, -1, 1, 1, 0, 0])
        let roots = try output(of: "Pow", Tensor([Int32(9), 16, 2], [3]), Tensor([Float(0.5)], [1]))
        #expect(roots.elements(as: Int32.self) == [3, 4, 1])
        let mixed = try output(of: "Pow", Tensor([Float(2), 3, -2], [3]), Tensor([Int64(10), 2, 3], [3]))
        #expect(mixed.floats == [1024, 9, -8])
        #expect(try output(of: "Pow", Tensor([Float(1.1)], [1]), Tensor(scalar: Int64(2))).floats == [1.1 * 1.1])
    }

    @Test("A truth value is any byte but 0")
    func truth() throws {
        let a = Tensor(.bool, [4], bytes: ArrayBytes([0, 2, 255, 1]))
        let b = Tensor(.bool, [4], bytes: ArrayBytes([1, 1, 0, 4]))
        #expect(try output(of: "And", a, b).allBytes == [0, 1, 0, 1])
        #expect(try output(of: "Or", a, b).allBytes == [1, 1, 1, 1])
        #expect(try output(of: "Xor", a, b).allBytes == [1, 0, 1, 0])
        #expect(try output(of: "Equal", a, b).allBytes == [0, 1, 0, 1])
        #expect(try output(of: "Not", a).allBytes == [1, 0, 0, 0])
        #expect(try output(of: "ReduceMax", a, opset: 20).allBytes == [1])
        #expect(try output(of: "ReduceMin", b, opset: 20).allBytes == [0])
    }
}

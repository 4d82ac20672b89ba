import Testing

@testable import Kernels

@Suite("Arithmetic on grids")
struct GridArithmeticTests {
    private static let output = [3, 211, 67]
    private static let a = OperandGrid(scale: 0.031, zeroPoint: 11), b = OperandGrid(scale: 0.017, zeroPoint: -7)
    private static let y = OperandGrid(scale: 0.043, zeroPoint: 5)

    /// The sum or product of two integers in the arithmetic of ONNX Runtime's kernels.
    private func value(_ function: GridArithmetic.Function, _ a: Float, _ b: Float, swapped: Bool) -> Float {
        let (first, second) = swapped ? (Self.b, Self.a) : (Self.a, Self.b), y = Self.y
        switch function {
        case .multiply:
            let product = (a - Float(Self.a.zeroPoint)) * (b - Float(Self.b.zeroPoint))
            return product * (Self.a.scale * Self.b.scale / y.scale) + Float(y.zeroPoint)
        case .add:
            let left = first.scale / y.scale, right = second.scale / y.scale
            let zero = (right * Float(second.zeroPoint)).addingProduct(left, Float(first.zeroPoint))
            let sum = (Float(y.zeroPoint) - zero).addingProduct(swapped ? a : b, right)
            return sum.addingProduct(swapped ? b : a, left)
        }
    }

    private func element(_ x: [UInt8], _ extents: [Int], at element: Int, isSigned: Bool) -> Float {
        var rest = element, place = 0
        for (extent, stride) in zip(Self.output, MergedAxes.broadcastStrides(extents, to: Self.output)).reversed() {
            place += rest % extent * stride
            rest /= extent
        }
        return isSigned ? Float(Int8(bitPattern: x[place])) : Float(x[place])
    }

    @Test("gives the integers of its definition, whatever is repeated and however many threads there are", arguments: [
        (a: [3, 211, 67], b: [3, 211, 67]), (a: [3, 211, 67], b: [67]), (a: [3, 1, 67], b: [3, 211, 67]),
        (a: [3, 211, 67], b: [211, 1]), (a: [3, 211, 1], b: [3, 211, 67]), (a: [3, 1, 1], b: [211, 67]),
        (a: [1], b: [3, 211, 67]),
    ], [false, true])
    func definition(extents: (a: [Int], b: [Int]), isSigned: Bool) {
        defer { KernelThreads.set(KernelThreads.available) }
        var random = SeededRandom(seed: 3)
        let count = Self.output.reduce(1, *), low: Float = isSigned ? -128 : 0, swapped = extents.a.last == 1
        let a = random.bytes(extents.a.reduce(1, *), extreme: false)
        let b = random.bytes(extents.b.reduce(1, *), extreme: false)
        for function in [GridArithmetic.Function.add, .multiply] {
            let expected = (0..<count).map { index -> UInt8 in
                let real = value(
                    function, element(a, extents.a, at: index, isSigned: isSigned),
                    element(b, extents.b, at: index, isSigned: isSigned), swapped: swapped)
                let integer = min(max(real.rounded(.toNearestOrEven), low), low + 255)
                return UInt8(truncatingIfNeeded: Int(integer))
            }
            let loop = GridArithmetic(
                function, a: (extents.a, Self.a), b: (extents.b, Self.b), output: (Self.output, Self.y),
                isSigned: isSigned)
            for threads in [1, 2, 5] {
                KernelThreads.set(threads)
                var y = [UInt8](repeating: 0xaa, count: count + 1)
                loop.run(a, b, &y)
                #expect(y == expected + [0xaa], "\(function), \(threads) threads")
            }
        }
    }
}

public import GraphIR
internal import Kernels

/// Why inputs cannot be made up for a model.
public enum RandomInputFault: Error, Sendable, Hashable {
    /// Not even the input's rank is known.
    case unknownShape(input: String)
    /// The input's element type is unknown or of a kind that is not made up.
    case elementType(input: String, ElementType?)
    /// The input would take more bytes than can be counted, or than 1 TiB.
    case tooLarge(input: String, extents: [Int])
    /// The model does not run with 1 for the free dimensions of inputs, and why.
    case freeDimensions([ValueInfo], reason: String)
}

/// Makes up inputs for a model: the same for the same seed.
struct RandomInputs {
    private var generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    /// A tensor for each input. `extents` gives the extents of inputs by name; a symbol that they settle is settled for
    /// every input, and a dimension that stays free is 1.
    ///
    /// Floating-point elements are uniform in 0..<1, 8-bit integers in 0...127; other integers and truth values are 0
    /// or 1, which are valid as indices, masks and lengths. Throws `RandomInputFault`.
    mutating func make(_ inputs: [ValueInfo], extents: [String: [Int]]) throws -> [String: Tensor] {
        let symbols = inputs.symbols(settledBy: extents)
        var result: [String: Tensor] = [:]
        for input in inputs {
            result[input.name] = try make(input, extents: extents[input.name] ?? input.smallestExtents(symbols))
        }
        return result
    }

    private mutating func make(_ input: ValueInfo, extents: [Int]) throws -> Tensor {
        var count = 1
        for extent in extents {
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow, product <= 1 << 37 else {
                throw RandomInputFault.tooLarge(input: input.name, extents: extents)
            }
            count = product
        }
        switch input.elementType {
        case .float32: return Tensor(numbers(count, as: Float.self), extents)
        case .float64: return Tensor(numbers(count, as: Double.self), extents)
        case .float16: return words(.float16, extents, numbers(count, as: Float16.self).map(\.bitPattern))
        case .bfloat16:
            return words(.bfloat16, extents, numbers(count, as: Float.self).map { UInt16($0.bitPattern >> 16) })
        case .uint8: return Tensor(integers(count, below: 128, as: UInt8.self), extents)
        case .int8: return Tensor(integers(count, below: 128, as: Int8.self), extents)
        case .uint16: return Tensor(integers(count, below: 2, as: UInt16.self), extents)
        case .int16: return Tensor(integers(count, below: 2, as: Int16.self), extents)
        case .uint32: return Tensor(integers(count, below: 2, as: UInt32.self), extents)
        case .int32: return Tensor(integers(count, below: 2, as: Int32.self), extents)
        case .uint64: return Tensor(integers(count, below: 2, as: UInt64.self), extents)
        case .int64: return Tensor(integers(count, below: 2, as: Int64.self), extents)
        case .bool: return Tensor(integers(count, below: 2, as: UInt8.self).map { $0 == 1 }, extents)
        default: throw RandomInputFault.elementType(input: input.name, input.elementType)
        }
    }

    private mutating func numbers<T: BinaryFloatingPoint>(_ count: Int, as type: T.Type) -> [T] {
        (0..<count).map { _ in T(Float(generator.next() >> 53) * 0x1p-11) }
    }

    private mutating func integers<T: FixedWidthInteger>(_ count: Int, below bound: UInt64, as type: T.Type) -> [T] {
        (0..<count).map { _ in T(generator.next() % bound) }
    }

    private func words(_ elementType: ElementType, _ extents: [Int], _ words: [UInt16]) -> Tensor {
        Tensor(elementType, extents, bytes: ArrayBytes(words.withUnsafeBytes { Array($0) }))
    }
}

extension ValueInfo {
    /// Whether the model leaves a dimension of the input free.
    var hasFreeDimension: Bool { shape?.dimensions.contains { ($0.value ?? -1) < 0 } ?? true }

    /// The input's extents with 1 for every dimension that is free. Throws `RandomInputFault.unknownShape`.
    fileprivate func smallestExtents(_ symbols: [String: Int]) throws -> [Int] {
        guard let shape else { throw RandomInputFault.unknownShape(input: name) }
        return shape.dimensions.map { dimension in
            switch dimension {
            // Some exporters write -1 for a free dimension.
            case .known(let extent): extent < 0 ? 1 : extent
            case .symbol(let name): symbols[name] ?? 1
            case .unknown: 1
            }
        }
    }
}

extension [ValueInfo] {
    /// The symbols of these inputs' shapes that given extents of some of them make numbers of.
    func symbols(settledBy extents: [String: [Int]]) -> [String: Int] {
        var symbols: [String: Int] = [:]
        for input in self {
            for case (.symbol(let name), let extent) in zip(input.shape?.dimensions ?? [], extents[input.name] ?? []) {
                symbols[name] = extent
            }
        }
        return symbols
    }
}

/// The element type of a tensor, with the numbers of ONNX's `TensorProto.DataType`.
public enum ElementType: Int32, Sendable, Hashable, CaseIterable {
    case float32 = 1, uint8, int8, uint16, int16, int32, int64, string, bool
    case float16, float64, uint32, uint64, complex64, complex128, bfloat16
    case float8e4m3fn, float8e4m3fnuz, float8e5m2, float8e5m2fnuz
    case uint4, int4, float4e2m1, float8e8m0, uint2, int2

    /// Bits one element takes in packed storage; 0 for strings.
    public var bits: Int {
        switch self {
        case .string: 0
        case .uint2, .int2: 2
        case .uint4, .int4, .float4e2m1: 4
        case .uint8, .int8, .bool, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float8e8m0: 8
        case .uint16, .int16, .float16, .bfloat16: 16
        case .float32, .int32, .uint32: 32
        case .float64, .int64, .uint64, .complex64: 64
        case .complex128: 128
        }
    }

    /// Bytes `count` elements take: sub-byte elements are packed, low bits first.
    public func byteCount(_ count: Int) -> Int { (count * bits + 7) / 8 }

    public var isFloatingPoint: Bool {
        switch self {
        case .float32, .float16, .float64, .bfloat16, .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz,
            .float4e2m1, .float8e8m0:
            true
        default: false
        }
    }

    /// Whether this is a signed or unsigned integer type (`bool` is not).
    public var isInteger: Bool { integerRange != nil }

    /// The least and greatest value of an integer type; `nil` for every other type. `uint64` is cut at `Int.max`.
    public var integerRange: ClosedRange<Int>? {
        switch self {
        case .uint2: 0...3
        case .int2: -2...1
        case .uint4: 0...15
        case .int4: -8...7
        case .uint8: 0...255
        case .int8: -128...127
        case .uint16: 0...65535
        case .int16: -32768...32767
        case .uint32: 0...Int(UInt32.max)
        case .int32: Int(Int32.min)...Int(Int32.max)
        case .uint64: 0...Int.max
        case .int64: Int.min...Int.max
        default: nil
        }
    }

    /// The name ONNX gives the type in text, for example `float` for `float32`.
    public var onnxName: String {
        switch self {
        case .float32: "float"
        case .float64: "double"
        default: "\(self)"
        }
    }
}

public import GraphIR
public import Kernels

/// Numbers to the nearest points of a grid: `clamp(roundHalfToEven(x / scale) + zeroPoint)`, computed in float32. To
/// the 8- and 4-bit float types, `x / scale + zeroPoint` as a cast rounds it.
public struct QuantizeLinear: Operator {
    public static let signature = OperatorSignature("QuantizeLinear")

    private let grid: GridArgument
    private let outputType: ElementType?
    private let saturates: Bool

    public init(_ node: Node, opset: Int) throws {
        grid = try GridArgument(node, opset: opset)
        outputType = node.int("output_dtype") == 0 ? nil : try node.elementType("output_dtype")
        saturates = try node.flag("saturate", default: true)
    }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        try data.requireType(.float32, .float16, .bfloat16, .int32, input: 0)
        try grid.check(inputs)
        let type = inputs[2]?.elementType ?? outputType ?? .uint8
        guard outputType ?? type == type else {
            throw OperatorFault.attribute("output_dtype", "it differs from the zero point's type \(type.onnxName)")
        }
        guard Self.types.contains(type) else { throw OperatorFault.unsupported("quantizing to \(type.onnxName)") }
        return [Facts(type, data.shape)]
    }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        grid.isBlocked ? [.planar] : inputs.elementwiseLayouts([0], outputs[0])
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let type = outputs[0].elementType
        let quantizer = try grid.quantizer(type, data, scale: inputs.require(1).extents)
        let loader = try GridLoader(inputs, count: quantizer.gridCount)
        guard let widen = ElementCast(from: data.elementType, to: .float32) else {
            throw OperatorFault.elementType(input: 0, got: data.elementType)
        }
        let narrow = LinearQuantizer.types.contains(type)
            ? nil : ElementCast(from: .float32, to: type, saturate: saturates)
        let count = data.elementCount
        let isFloat = data.elementType == .float32
        let wideBytes = isFloat && narrow == nil ? 0 : count * 4
        return Kernel(scratchBytes: loader.scratchBytes + wideBytes) { arguments in
            let (scales, zeroPoints) = loader.load(arguments)
            let wide = (arguments.scratch + loader.scratchBytes).assumingMemoryBound(to: Float.self)
            if !isFloat { widen.run(arguments.input(0, as: UInt8.self), into: wide, count: count) }
            let x = isFloat ? arguments.input(0) : UnsafePointer(wide)
            let q = UnsafeMutableRawPointer(arguments.output(0, as: UInt8.self))
            guard let narrow else { return quantizer.quantize(x, into: q, scales: scales, zeroPoints: zeroPoints) }
            quantizer.scaleDown(x, into: wide, scales: scales, zeroPoints: zeroPoints)
            narrow.run(wide, into: q, count: count)
        }
    }

    static let types = LinearQuantizer.types.subtracting([.int32]).union(floatTypes)
    static let floatTypes: Set<ElementType> = [
        .float8e4m3fn, .float8e4m3fnuz, .float8e5m2, .float8e5m2fnuz, .float4e2m1,
    ]
}

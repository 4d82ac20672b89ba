public import GraphIR
public import Kernels

/// Grid points to the numbers they stand for: `(q - zeroPoint) * scale`, computed in float32.
public struct DequantizeLinear: Operator {
    public static let signature = OperatorSignature("DequantizeLinear")

    private let grid: GridArgument
    private let outputType: ElementType?

    public init(_ node: Node, opset: Int) throws {
        grid = try GridArgument(node, opset: opset)
        outputType = node.int("output_dtype") == 0 ? nil : try node.elementType("output_dtype")
    }

    public func infer(_ inputs: Inputs) throws -> [Facts] {
        let data = try inputs.require(0)
        let type = data.elementType
        guard LinearQuantizer.types.contains(type) || QuantizeLinear.floatTypes.contains(type) else {
            throw OperatorFault.elementType(input: 0, got: type)
        }
        try inputs[2]?.requireType(type, input: 2)
        try grid.check(inputs)
        let result = try outputType ?? inputs.require(1).elementType
        guard [.float32, .float16, .bfloat16].contains(result) else {
            throw OperatorFault.unsupported("dequantizing to \(result.onnxName)")
        }
        return [Facts(result, data.shape)]
    }

    public func layouts(_ inputs: Inputs, _ outputs: [Facts]) -> [LayoutChoice] {
        grid.isBlocked ? [.planar] : inputs.elementwiseLayouts([0], outputs[0])
    }

    public func prepare(_ inputs: Inputs, _ outputs: [Facts]) throws -> Kernel {
        let data = try inputs.require(0)
        let type = data.elementType
        let quantizer = try grid.quantizer(type, data, scale: inputs.require(1).extents)
        let loader = try GridLoader(inputs, count: quantizer.gridCount)
        guard let narrow = ElementCast(from: .float32, to: outputs[0].elementType) else {
            throw OperatorFault.unsupported("dequantizing to \(outputs[0].elementType.onnxName)")
        }
        let widen = LinearQuantizer.types.contains(type) ? nil : ElementCast(from: type, to: .float32)
        let count = data.elementCount
        let isFloat = outputs[0].elementType == .float32
        return Kernel(scratchBytes: loader.scratchBytes + (isFloat ? 0 : count * 4)) { arguments in
            let (scales, zeroPoints) = loader.load(arguments)
            let wide = (arguments.scratch + loader.scratchBytes).assumingMemoryBound(to: Float.self)
            let x = isFloat ? arguments.output(0, as: Float.self) : wide
            let q = UnsafeRawPointer(arguments.input(0, as: UInt8.self))
            if let widen {
                widen.run(q, into: x, count: count)
                quantizer.scaleUp(UnsafePointer(x), into: x, scales: scales, zeroPoints: zeroPoints)
            } else {
                quantizer.dequantize(q, into: x, scales: scales, zeroPoints: zeroPoints)
            }
            if !isFloat { narrow.run(wide, into: arguments.output(0, as: UInt8.self), count: count) }
        }
    }
}

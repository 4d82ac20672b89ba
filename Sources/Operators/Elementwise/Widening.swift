internal import GraphIR
internal import Kernels

extension ElementType {
    /// Whether operators compute with this type by way of float32.
    var isWidened: Bool { self == .float16 || self == .bfloat16 }

    /// The type that operators compute with where the tensors have this one.
    var computed: ElementType { isWidened ? .float32 : self }
}

extension Facts {
    /// The same with elements of the type that operators compute with.
    fileprivate func widened() -> Facts {
        guard elementType.isWidened else { return self }
        var result = Facts(elementType.computed, shape)
        result.layout = layout
        if let constant, let values = constant.floats { result.constant = Tensor(values, constant.extents) }
        return result
    }
}

/// A kernel for float16 and bfloat16 tensors made of one for float32: the inputs are widened into scratch memory, and
/// the outputs are rounded from there. Where there is no such tensor, it is what `prepare` makes. `prepare` sees the
/// facts with float32 in place of both types.
func widening(
    _ inputs: Inputs, _ outputs: [Facts], _ prepare: (Inputs, [Facts]) throws -> Kernel
) throws -> Kernel {
    guard (inputs.present + outputs).contains(where: { $0.elementType.isWidened }) else {
        return try prepare(inputs, outputs)
    }
    let sources = (0..<inputs.count).map { inputs[$0] }
    let inner = try prepare(Inputs(sources.map { $0?.widened() }), outputs.map { $0.widened() })
    if case .view = inner.storage { return inner }
    var layout = ScratchLayout()
    let reads = layout.place(sources.count * MemoryLayout<UnsafeRawPointer?>.stride)
    let writes = layout.place(outputs.count * MemoryLayout<UnsafeRawPointer?>.stride)
    let widenedInputs = try sources.map { facts in try facts.flatMap { try WidenedTensor($0, &layout) } }
    let widenedOutputs = try outputs.map { try WidenedTensor($0, &layout) }
    let innerScratch = layout.place(inner.scratchBytes), targetCount = outputs.count
    return Kernel(scratchBytes: layout.byteCount) { arguments in
        let scratch = arguments.scratch
        let inputTable = (scratch + reads).bindMemory(to: UnsafeRawPointer?.self, capacity: sources.count)
        let outputTable = (scratch + writes).bindMemory(to: UnsafeMutableRawPointer?.self, capacity: targetCount)
        for (index, tensor) in widenedInputs.enumerated() {
            let source = arguments.rawInput(index)
            if let tensor, let source { tensor.widen(source, scratch) }
            inputTable[index] = tensor.map { UnsafeRawPointer(scratch + $0.offset) } ?? source
        }
        for (index, tensor) in widenedOutputs.enumerated() {
            let target = arguments.rawOutput(index)
            outputTable[index] = target == nil ? nil : tensor.map { scratch + $0.offset } ?? target
        }
        try inner.run(
            KernelArguments(
                inputs: UnsafeBufferPointer(start: inputTable, count: sources.count),
                outputs: UnsafeBufferPointer(start: outputTable, count: targetCount),
                scratch: scratch + innerScratch))
        for (index, tensor) in widenedOutputs.enumerated() {
            if let tensor, let target = arguments.rawOutput(index) { tensor.round(target, scratch) }
        }
    }
}

/// A 16-bit tensor's place in scratch memory, as float32.
private struct WidenedTensor: Sendable {
    let offset: Int
    private let count: Int
    private let narrowing: ElementCast
    private let widening: ElementCast

    /// `nil` where the tensor is not of a 16-bit floating-point type.
    init?(_ facts: Facts, _ layout: inout ScratchLayout) throws {
        guard facts.elementType.isWidened, let narrowing = ElementCast(from: .float32, to: facts.elementType),
            let widening = ElementCast(from: facts.elementType, to: .float32)
        else { return nil }
        count = try checkedProduct(facts.extents)
        self.narrowing = narrowing
        self.widening = widening
        offset = layout.place(count * 4)
    }

    func widen(_ source: UnsafeRawPointer, _ scratch: UnsafeMutableRawPointer) {
        widening.run(source, into: scratch + offset, count: count)
    }

    func round(_ target: UnsafeMutableRawPointer, _ scratch: UnsafeMutableRawPointer) {
        narrowing.run(scratch + offset, into: target, count: count)
    }
}

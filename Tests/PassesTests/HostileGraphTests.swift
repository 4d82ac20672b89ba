import Foundation
import GraphIR
import ONNXFormat
import Passes
import Testing

@Suite("Graphs that somebody broke")
struct HostileGraphTests {
    private static let extremes: [Int64] = [.min, .min + 1, -1_000_000, -2, -1, 0, 1, 2, 7, 1 << 31, 1 << 62, .max]

    @Test(
        "The pipeline ends with a model or an error, never with a crash",
        arguments: (try? Judge.models(in: Judge.bundledModels)) ?? [])
    func mutated(path: URL) throws {
        let whole = try ONNXFile.read(path.path())
        var errors = 0
        for seed in UInt64(0)..<150 {
            var generator = SeededGenerator(seed: seed)
            var model = whole
            for _ in 0...Int.random(in: 0...3, using: &generator) { Self.mutate(&model, &generator) }
            let wasSound = (try? model.graph.sorted().checkInvariants()) != nil
            do {
                try Pipeline.standard(opset: seed.isMultiple(of: 2) ? 13 : 21).run(&model)
            } catch {
                errors += 1
                continue
            }
            if wasSound { #expect(throws: Never.self, "seed \(seed)") { try model.graph.checkInvariants() } }
        }
        #expect(errors < 150, "not every mutation is an error")
    }

    private static func mutate(_ model: inout Model, _ generator: inout SeededGenerator) {
        guard let position = model.graph.nodes.indices.randomElement(using: &generator) else { return }
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: model.graph.nodes[position].mutateAttribute(to: extremes, &generator)
        case 1: model.graph.nodes[position].inputs.removeAll { _ in Bool.random(using: &generator) }
        case 2: model.graph.nodes[position].outputs.removeAll { _ in Bool.random(using: &generator) }
        case 3:
            let values = model.graph.nodes.flatMap(\.outputs) + model.graph.initializers.keys
            guard let input = model.graph.nodes[position].inputs.indices.randomElement(using: &generator),
                let value = values.randomElement(using: &generator) else { return }
            model.graph.nodes[position].inputs[input] = value
        case 4:
            let types = model.graph.nodes.map(\.opType) + ["BatchNormalization", "Pad", "Gemm", "If", "Softmax"]
            model.graph.nodes[position].opType = types.randomElement(using: &generator) ?? "Relu"
        case 5: model.setOpset(Int.random(in: -1...28, using: &generator))
        case 6: model.graph.reshapeInitializer(to: extremes, &generator)
        default:
            let shape = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
                Dimension.known(Int(extremes.randomElement(using: &generator) ?? 0))
            }
            model.graph.inputs[0].type = .tensor(.float32, Shape(shape))
        }
    }
}

extension Node {
    fileprivate mutating func mutateAttribute(to extremes: [Int64], _ generator: inout SeededGenerator) {
        guard let position = attributes.indices.randomElement(using: &generator) else { return }
        let extreme = extremes.randomElement(using: &generator) ?? 0
        switch attributes[position].value {
        case .int: attributes[position].value = .int(extreme)
        case .ints(var values):
            if let index = values.indices.randomElement(using: &generator) { values[index] = extreme }
            if Bool.random(using: &generator) { _ = values.popLast() }
            attributes[position].value = .ints(values)
        case .float: attributes[position].value = .float(.nan)
        default: attributes.remove(at: position)
        }
    }
}

extension Graph {
    /// Gives a random constant other contents or, with no elements left, wild extents.
    fileprivate mutating func reshapeInitializer(to extremes: [Int64], _ generator: inout SeededGenerator) {
        guard let name = initializers.keys.randomElement(using: &generator), let old = initializers[name] else {
            return
        }
        if let integers = old.integers, !integers.isEmpty {
            let values = integers.map { _ in extremes.randomElement(using: &generator) ?? 0 }
            initializers[name] = Tensor(values, old.extents)
        } else if Bool.random(using: &generator) {
            initializers[name] = Tensor([Float](), [0] + old.extents.dropFirst())
        } else {
            initializers[name] = Tensor(old.elementType, old.extents.reversed(), bytes: old.bytes)
        }
    }
}

import GraphIR
import Operators
import Testing

@Suite("Hostile shapes and attributes")
struct HostileShapeTests {
    /// Operator, inputs, attributes.
    typealias Call = (opType: String, inputs: [Tensor?], attributes: [Attribute])

    private static let data = counted(.float32, [2, 3, 4])
    private static let huge = Int.max

    @Test("Recurrent layers whose operands do not fit each other are refused, not run")
    func refusedRecurrence() {
        let x = counted(.float32, [2, 1, 3]), w = counted(.float32, [1, 8, 3]), r = counted(.float32, [1, 8, 2])
        func activations(_ names: String...) -> [Attribute] {
            [Attribute("activations", .strings(names.map { Array($0.utf8) }))]
        }
        let calls: [Call] = [
            ("LSTM", [x, w], []), ("LSTM", [x, r, w], []), ("LSTM", [x, w, r], [Attribute("hidden_size", 0)]),
            ("LSTM", [x, w, r], [Attribute("hidden_size", Self.huge)]), ("LSTM", [x, w, r], [Attribute("layout", 2)]),
            ("LSTM", [x, w, r], [Attribute("direction", "bidirectional")]), ("LSTM", [counted(.float32, [6]), w, r], []),
            ("LSTM", [x, w, r], activations("Tanh")), ("LSTM", [x, w, r], activations("Tanh", "Tanh", "Sine")),
            ("LSTM", [x, w, r, counted(.float32, [1, 8])], []), ("LSTM", [x, w, r, nil, integers(1)], []),
            ("LSTM", [x, w, r, nil, Tensor([Int32(1), 1], [2])], []), ("GRU", [x, w, r], []),
            ("RNN", [x, w, r, nil, nil, counted(.float32, [1, 2, 8])], []),
        ]
        for call in calls {
            #expect(throws: OperatorFault.self, "\(call)") { try outputs(of: call.opType, call.inputs, call.attributes) }
        }
    }

    @Test("Calls out of an operator's domain throw a fault that says so")
    func refused() {
        let data = Self.data
        let calls: [Call] = [
            ("Reshape", [data, integers(5, 5)], []), ("Reshape", [data, integers(-1, -1)], []),
            ("Reshape", [data, integers(-2, 12)], []), ("Reshape", [data, integers(.max, .max)], []),
            ("Reshape", [data, integers(1, 1, 1, 0, 24)], []), ("Reshape", [data, integers(5, -1)], []),
            ("Reshape", [data], []), ("Flatten", [data], [Attribute("axis", 4)]),
            ("Squeeze", [data, integers(1)], []), ("Unsqueeze", [data, integers(0, 0)], []),
            ("Unsqueeze", [data, integers(.min)], []), ("Transpose", [data], [Attribute("perm", [0, 0, 1])]),
            ("Transpose", [data], [Attribute("perm", [0, 1])]), ("Concat", [data, data], [Attribute("axis", 3)]),
            ("Concat", [data, data], []), ("Concat", [data, integers(1)], [Attribute("axis", 0)]),
            ("Split", [data, integers(1, -1)], []), ("Split", [data, integers(.max)], []),
            ("Slice", [data, integers(0), integers(1), integers(9)], []),
            ("Slice", [data, integers(0, 0), integers(1)], []),
            ("Slice", [data, integers(0), integers(1), integers(0), integers(0)], []),
            ("Slice", [data, integers(0, 0), integers(1, 1), integers(1, -2)], []),
            ("Pad", [data, integers(.max, 0, 0, 0, 0, 0)], []), ("Pad", [data, integers(.min, 0, 0, .max, 0, 0)], []),
            ("Pad", [data, integers(-3, 0, 0, 0, 0, 0)], []), ("Pad", [data, integers(1)], []),
            ("Pad", [data, integers(0, 0, 0, 0, 0, 1 << 40)], []), ("Tile", [data, integers(.max, .max, 1)], []),
            ("Tile", [data, integers(-1, 1, 1)], []), ("Expand", [data, integers(.max, 1, 1, 1)], []),
            ("Expand", [data, integers(-1, 3, 4)], []), ("Expand", [data, integers(2, 3, 5)], []),
            ("Gather", [data, integers(2)], []), ("Gather", [data, integers(.min)], []),
            ("Gather", [data, data], []), ("GatherElements", [data, Tensor([Int64(2)], [1, 1, 1])], []),
            ("GatherElements", [data, Tensor([Int64](repeating: 0, count: 8), [2, 4, 1])], []),
            ("GatherND", [data, Tensor([Int64(0), 0, 0, 0], [1, 4])], []), ("GatherND", [data, integers(3)], []),
            ("GatherND", [data, integers(0)], [Attribute("batch_dims", -1)]),
            ("GatherND", [data, Tensor([Int64](), [3, 0])], []),
            ("ScatterElements", [data, Tensor([Int64(5)], [1, 1, 1]), counted(.float32, [1, 1, 1])], []),
            ("ScatterND", [data, Tensor([Int64(0), 3], [1, 2]), counted(.float32, [1, 4])], []),
            ("ScatterND", [data, Tensor([Int64(0), 0], [1, 2]), counted(.float32, [2, 2])], []),
            ("ConstantOfShape", [integers(.max, 2)], []), ("ConstantOfShape", [integers(-1)], []),
            ("ConstantOfShape", [integers(1 << 40)], []),
            ("Range", [Tensor(scalar: Int64(0)), Tensor(scalar: Int64.max), Tensor(scalar: Int64(1))], []),
            ("Range", [Tensor(scalar: Int64.min), Tensor(scalar: Int64.max), Tensor(scalar: Int64(1))], []),
            ("Range", [Tensor(scalar: Int64(0)), Tensor(scalar: Int64(1)), Tensor(scalar: Int64(0))], []),
            ("Range", [Tensor(scalar: Float(0)), Tensor(scalar: Float.infinity), Tensor(scalar: Float(1))], []),
            ("OneHot", [integers(0), Tensor(scalar: Int64.max), Tensor([Float(0), 1], [2])], []),
            ("OneHot", [integers(0), Tensor(scalar: Float.nan), Tensor([Float(0), 1], [2])], []),
            ("ReverseSequence", [data, integers(9, 9, 9)], []), ("Compress", [data, integers(1)], []),
            ("Compress", [data, Tensor([false, false, true], [3])], [Attribute("axis", 0)]),
            ("Trilu", [integers(1)], []), ("Cast", [data], [Attribute("to", 99)]), ("Cast", [data], []),
            ("Constant", [], []), ("BitCast", [data], [Attribute("to", 2)]),
            ("QuantizeLinear", [data, Tensor([Float(1), 1], [2])], []),
            ("QuantizeLinear", [data, Tensor(scalar: Float(1)), Tensor(scalar: Float(0))], []),
            ("QuantizeLinear", [data, Tensor([Float(1)], [1, 1, 1])], [Attribute("block_size", 0)]),
            ("DequantizeLinear", [data, Tensor(scalar: Float(1))], []),
            ("QuantizeLinear", [data, Tensor([Float(1), 1, 1], [3])], [Attribute("axis", 3)]),
        ]
        for call in calls {
            #expect(throws: OperatorFault.self, "\(call.opType) \(call.inputs.map { $0?.extents })") {
                try outputs(of: call.opType, call.inputs, call.attributes)
            }
        }
    }

    @Test("Extreme numbers in range are taken for what they mean")
    func extremes() throws {
        let data = Self.data
        expectSame(try output(of: "Slice", data, integers(.min), integers(.max), integers(0), integers(.max)),
            try output(of: "Slice", data, integers(0), integers(1), integers(0)))
        expectSame(try output(of: "Slice", data, integers(.max), integers(.min), integers(2), integers(.min)),
            try output(of: "Slice", data, integers(3), integers(4), integers(2)))
        let eye = try output(of: "EyeLike", counted(.float32, [2, 2]), attributes: [Attribute("k", .max)])
        #expect(eye.floats == [0, 0, 0, 0])
        let k = Tensor(scalar: Int64.min)
        let square = Tensor([Float(1), 2, 3, 4], [2, 2])
        #expect(try output(of: "Trilu", square, k).floats == [1, 2, 3, 4])
        let empty = Tensor([Float](), [0, 3])
        #expect(try output(of: "Transpose", empty).extents == [3, 0])
        #expect(try output(of: "Concat", empty, empty, attributes: [Attribute("axis", 1)]).extents == [0, 6])
        #expect(try output(of: "NonZero", empty).extents == [2, 0])
        #expect(try output(of: "Gather", empty, integers(0), attributes: [Attribute("axis", 1)]).extents == [0, 1])
    }

    @Test("No numbers whatever make an operator crash", arguments: 0..<40)
    func fuzz(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let extremes = [0, 1, -1, 2, 3, 4, -2, 7, .max, .min, .max - 1, 1 << 31, 1 << 40, -(1 << 33)]
        let names = [
            "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Concat", "Split", "Slice", "Pad", "Tile",
            "Expand", "Gather", "GatherElements", "GatherND", "ScatterElements", "ScatterND", "Compress",
            "ReverseSequence", "Trilu", "Shape", "Size", "ConstantOfShape", "Range", "EyeLike", "OneHot", "NonZero",
            "Unique", "NonMaxSuppression", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear", "Dropout",
        ]
        let attributes = ["axis", "axes", "perm", "starts", "ends", "pads", "batch_dims", "k", "block_size", "split",
            "allowzero", "start", "end", "num_outputs", "shape", "time_axis", "batch_axis", "sorted", "output_dtype"]
        for name in names {
            for opset in [1, 9, 11, 13, 18, 21, 24] {
                let inputs = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    Self.randomTensor(from: extremes, using: &random)
                }
                let chosen = attributes.shuffled(using: &random).prefix(4).map { attribute in
                    let values = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                        extremes.randomElement(using: &random) ?? 0
                    }
                    return Bool.random(using: &random)
                        ? Attribute(attribute, values) : Attribute(attribute, values.first ?? 0)
                }
                let count = Int.random(in: 1...3, using: &random)
                do {
                    _ = try outputs(of: name, inputs, chosen, count: count, opset: opset)
                } catch is OperatorFault {
                    continue
                }
            }
        }
    }

    private static func randomTensor(from extremes: [Int], using random: inout SeededGenerator) -> Tensor? {
        if Int.random(in: 0..<8, using: &random) == 0 { return nil }
        let shapes = [[], [0], [1], [2], [3], [6], [2, 3], [1, 4], [2, 0, 3], [2, 3, 4], [1, 2, 3, 4]]
        let extents = shapes.randomElement(using: &random) ?? []
        let count = extents.reduce(1, *)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return counted(.float32, extents)
        case 1: return counted(.uint8, extents)
        case 2: return Tensor((0..<count).map { _ in Bool.random(using: &random) }, extents)
        case 3: return Tensor((0..<count).map { _ in Int32.random(in: -3...3, using: &random) }, extents)
        default: return Tensor((0..<count).map { _ in Int64(extremes.randomElement(using: &random) ?? 0) }, extents)
        }
    }
}

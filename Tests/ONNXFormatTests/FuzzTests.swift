import GraphIR
import Testing

import ONNXFormat

@Suite("Mutated models")
struct FuzzTests {
    /// A generator whose sequence a seed gives (SplitMix64; Steele, Lea, Flood 2014).
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    /// One to four changes: a flipped bit, another byte, a cut, bytes removed, doubled or moved in.
    private func mutated(_ original: [UInt8], _ random: inout Seeded) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let end = min(bytes.count, at + Int.random(in: 1...40, using: &random))
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 1: bytes[at] = [0, 1, 0x7f, 0x80, 0xff, 0x0a].randomElement(using: &random) ?? 0
            case 2: bytes.removeSubrange(at...)
            case 3: bytes.removeSubrange(at..<end)
            case 4: bytes.insert(contentsOf: bytes[at..<end], at: at)
            default: bytes.insert(contentsOf: Wire.varint(UInt64.random(in: 0...(.max), using: &random)), at: at)
            }
        }
        return bytes
    }

    @Test("never crash the reader, and what is read can be written and read again", arguments: [UInt64(1), 2, 3, 4])
    func reader(seed: UInt64) throws {
        print("seed \(seed)")
        var random = Seeded(state: seed)
        var accepted = 0
        for _ in 0..<600 {
            let bytes = mutated(WholeFormatTests.model, &random)
            guard let model = try? ONNXFile.parse(bytes) else { continue }
            accepted += 1
            let written = try ONNXFile.serialize(model)
            #expect(try ONNXFile.serialize(try ONNXFile.parse(written)) == written)
        }
        #expect(accepted > 0, "no mutation was read, so nothing was tested behind the reader")
    }

    @Test("of which nothing is left are refused")
    func randomBytes() {
        print("seed 5")
        var random = Seeded(state: 5)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                UInt8.random(in: 0...(.max), using: &random)
            }
            #expect(throws: FileFault.self) { try ONNXFile.parse(bytes) }
        }
    }

    @Test("are refused by the reader or judged by the project's library, which may not crash us either")
    func library() throws {
        print("seed 11")
        var random = Seeded(state: 11)
        let nodes = [
            Node("Unsqueeze", inputs: ["x"], outputs: ["u"], attributes: [Attribute("axes", [0])]),
            Node("Upsample", inputs: ["u", "s"], outputs: ["y"], attributes: [Attribute("mode", "nearest")]),
        ]
        let graph = Graph(
            name: "g", nodes: nodes, initializers: ["s": Tensor([Float(1), 1, 2, 2], [4])],
            inputs: [ValueInfo("x", .float32, Shape([1, 2, 2]))], outputs: [ValueInfo("y", .float32, nil)])
        let original = try ONNXFile.serialize(Model(irVersion: 4, opsetImports: [OpsetImport("", 9)], graph: graph))
        var converted = 0
        for _ in 0..<60 {
            guard let model = try? ONNXFile.parse(mutated(original, &random)) else { continue }
            _ = try ONNXLibrary.check(model)
            if (try? ONNXLibrary.convertOpset(model, to: 13)) != nil { converted += 1 }
        }
        #expect(converted > 0)
    }
}

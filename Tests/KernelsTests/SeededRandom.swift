/// SplitMix64, so that a failing case can be had again from its seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func flag() -> Bool { Bool.random(using: &self) }

    /// Bytes over the whole range, or at its ends.
    mutating func bytes(_ count: Int, extreme: Bool) -> [UInt8] {
        (0..<count).map { _ in
            let byte = UInt8.random(in: 0...255, using: &self)
            return extreme ? [0, 127, 128, 255][Int(byte) % 4] : byte
        }
    }
}

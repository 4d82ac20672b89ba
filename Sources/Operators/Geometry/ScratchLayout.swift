/// Shares one block of scratch memory out: every part begins at a multiple of 64 bytes.
struct ScratchLayout {
    private(set) var byteCount = 0

    /// The offset of a new part of that many bytes.
    mutating func place(_ bytes: Int) -> Int {
        let offset = byteCount
        byteCount += (bytes + 63) / 64 * 64
        return offset
    }
}

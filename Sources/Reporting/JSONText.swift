internal import FoundationEssentials

extension Encodable {
    /// The value as indented JSON with sorted keys. Numbers that JSON has no way to write become the strings "inf",
    /// "-inf" and "nan". Throws `EncodingError`.
    public func jsonText() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
}

extension Decodable {
    /// Reads back what `jsonText` wrote. Throws `DecodingError`.
    public init(jsonText: String) throws {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        self = try decoder.decode(Self.self, from: Data(jsonText.utf8))
    }
}

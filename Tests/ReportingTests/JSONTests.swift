import Foundation
import Testing

@testable import Reporting

@Suite("Reports as JSON")
struct JSONTests {
    @Test("What is written can be read back, numbers included that JSON has no way to write")
    func roundTrip() throws {
        let odd = OutputFidelity(
            name: "odd", sqnr: .infinity, cosineMean: 1, cosineMin: -1, largestError: .infinity)
        let conversion = Samples.conversion(fidelity: [Samples.output, odd])
        #expect(try ConversionReport(jsonText: conversion.jsonText()) == conversion)
        let check = Samples.check(tolerances: [Tolerance("min-sqnr", atLeast: 25, value: -.infinity, at: "y")])
        #expect(try CheckReport(jsonText: check.jsonText()) == check)
        #expect(try BenchReport(jsonText: Samples.bench.jsonText()) == Samples.bench)
        #expect(try InspectionReport(jsonText: Samples.inspection.jsonText()) == Samples.inspection)
        #expect(try Samples.comparison.jsonText().contains("\"sqnr_db\" : \"nan\""))
    }

    private static func json(_ definition: String) throws -> String {
        switch definition {
        case "conversion":
            try Samples.conversion(released: [
                .init(name: "stem", operatorType: "Conv", work: 10, gain: 4, own: 30, releasedTo: .wide)
            ]).jsonText()
        case "check": try Samples.check().jsonText()
        case "comparison": try Samples.comparison.jsonText()
        case "bench": try Samples.bench.jsonText()
        default: try Samples.inspection.jsonText()
        }
    }

    @Test(
        "Every report has the fields that the schema names, and no others",
        arguments: ["conversion", "check", "comparison", "bench", "inspection"])
    func schema(definition: String) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Schemas/report.schema.json").standardized
        let schema = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let report = try JSONSerialization.jsonObject(with: Data(Self.json(definition).utf8))
        let definitions = try #require(schema["$defs"] as? [String: Any])
        let own = try #require(definitions[definition] as? [String: Any])
        let object = try #require(report as? [String: Any])
        let properties = try #require(own["properties"] as? [String: Any])
        #expect(Set(object.keys).subtracting(["version"]) == Set(properties.keys))
        try expectFields(of: object.filter { $0.key != "version" }, follow: own, definitions, at: definition)
    }

    /// Compares the fields of an object and of the objects in it with what a part of the schema says.
    private func expectFields(
        of value: Any, follow part: [String: Any], _ definitions: [String: Any], at path: String
    ) throws {
        if let reference = part["$ref"] as? String {
            let target = definitions[reference.replacing("#/$defs/", with: "")] as? [String: Any]
            return try expectFields(of: value, follow: #require(target, "\(path)"), definitions, at: path)
        }
        if let elements = value as? [Any], let items = part["items"] as? [String: Any] {
            for element in elements { try expectFields(of: element, follow: items, definitions, at: path + "[]") }
        }
        guard let object = value as? [String: Any] else { return }
        let properties = part["properties"] as? [String: Any] ?? [:]
        for required in part["required"] as? [String] ?? [] { #expect(object[required] != nil, "\(path).\(required)") }
        for (key, field) in object {
            let said = properties[key] ?? part["additionalProperties"]
            guard let said = said as? [String: Any] else {
                Issue.record("the schema does not name \(path).\(key)")
                continue
            }
            try expectFields(of: field, follow: said, definitions, at: "\(path).\(key)")
        }
    }
}

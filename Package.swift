// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The program carries the Swift runtime, starts sooner by that and runs where no Swift is installed.
let runtimeInside = ["-static-stdlib", "-l_FoundationCollections", "-l_FoundationCShims", "-lswiftSynchronization"]

let orderedCollections = Target.Dependency.product(name: "OrderedCollections", package: "swift-collections")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "onnxq",
    products: [
        .library(name: "OnnxQuant", targets: ["OnnxQuant"]),
        .executable(name: "onnxq", targets: ["onnxq"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CProtobufC", pkgConfig: "libprotobuf-c",
            providers: [.apt(["libprotobuf-c-dev", "protobuf-c-compiler"])]),
        .target(name: "CONNXProto", dependencies: ["CProtobufC"], cSettings: [.treatAllWarnings(as: .error)]),
        .target(
            name: "CONNXChecker",
            cxxSettings: [
                .define("ONNX_NAMESPACE", to: "onnx"), .define("ONNX_ML", to: "1"), .treatAllWarnings(as: .error),
            ],
            linkerSettings: [.linkedLibrary("onnx"), .linkedLibrary("onnx_proto"), .linkedLibrary("protobuf")]),
        .target(
            name: "CDNN", cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("dnnl")]),
        .target(
            name: "CKernels", cSettings: [.headerSearchPath("."), .treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("m")]),
        .target(name: "COpenMP", dependencies: ["CKernels"], cSettings: [.treatAllWarnings(as: .error)]),
        .systemLibrary(name: "CISAL", pkgConfig: "libisal", providers: [.apt(["libisal-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        module("GraphIR", [orderedCollections]),
        module("ONNXFormat", ["GraphIR", "CONNXProto", "CProtobufC", "CONNXChecker", orderedCollections]),
        module("Kernels", ["GraphIR", "CKernels", "CDNN"]),
        module("Operators", ["GraphIR", "Kernels"]),
        module("Passes", ["GraphIR", "Operators", orderedCollections]),
        module("Interpreter", ["GraphIR", "Operators", "Kernels", orderedCollections]),
        module("Calibration", ["GraphIR", "ONNXFormat", "Interpreter", "Kernels", "CISAL"]),
        module("Quantization", [
            "GraphIR", "Operators", "Passes", "Interpreter", "Calibration", "Kernels", orderedCollections,
        ]),
        module("Reporting", ["GraphIR"]),
        module("OnnxQuant", [
            "GraphIR", "ONNXFormat", "Kernels", "Operators", "Passes", "Interpreter", "Calibration",
            "Quantization", "Reporting", orderedCollections,
        ]),
        .executableTarget(
            name: "onnxq", dependencies: ["OnnxQuant", "COpenMP", argumentParser], swiftSettings: strict,
            linkerSettings: [.unsafeFlags(runtimeInside, .when(platforms: [.linux]))]),

        tests("CalibrationTests", ["Calibration", "GraphIR", "Kernels", "CZlib"]),
        tests("GraphIRTests", ["GraphIR"]),
        tests("ONNXFormatTests", ["ONNXFormat", "GraphIR", orderedCollections]),
        tests("QuantizationTests", [
            "Quantization", "Calibration", "Interpreter", "Operators", "Passes", "GraphIR", "Kernels", orderedCollections,
        ]),
        tests("ReportingTests", ["Reporting", "GraphIR"]),
        tests("OnnxQuantTests", [
            "OnnxQuant", "GraphIR", "ONNXFormat", "Operators", "Interpreter", "Calibration", "Reporting",
        ]),
        tests("InterpreterTests", ["Interpreter", "Operators", "GraphIR", "Kernels", orderedCollections]),
        tests("KernelsTests", ["CKernels", "Kernels"]),
        tests("OperatorsTests", ["Operators", "GraphIR", "ONNXFormat"]),
        tests("PassesTests", ["Passes", "GraphIR", "Operators", "Interpreter", "ONNXFormat"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11,
    cxxLanguageStandard: .cxx17
)

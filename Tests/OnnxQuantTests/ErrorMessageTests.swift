import Calibration
import GraphIR
import Interpreter
import ONNXFormat
import OnnxQuant
import Operators
import Testing

/// The words and exit codes of errors.
@Suite struct ErrorMessageTests {
    private func expect(
        _ fault: any Error, _ words: String, _ code: ExitCode, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let description = describe(fault)
        #expect(description.message == words, sourceLocation: sourceLocation)
        #expect(description.exitCode == code, sourceLocation: sourceLocation)
    }

    @Test func samples() {
        expect(SampleFault.missing("a.npz"), "a.npz: there is no such file or folder", .missingFile)
        expect(
            SampleFault.unreadable("a.npz", errno: 13), "a.npz: it cannot be read: Permission denied", .missingFile)
        expect(
            SampleFault.noSamples("d"),
            "d: there are no samples in it (.npz, .npy or test_data_set_*/input_*.pb, with at least one sample)", .badData)
        expect(
            SampleFault.missingArray(input: "x", place: "a.npz", present: ["y", "z"]),
            "a.npz: no array for the model's input 'x'; it has 'y', 'z'", .badData)
        expect(
            SampleFault.unknownArray("y", place: "a.npz", inputs: ["x"]),
            "a.npz: the model has no input 'y'; it has 'x'", .badData)
        expect(
            SampleFault.shape(input: "x", place: "a.npz", got: [5, 2], wanted: Shape([.symbol("n"), 3])),
            "a.npz: 'x' has shape [5, 2], which does not fit the input's shape [n, 3]; the leading axis counts samples",
            .badData)
        expect(
            SampleFault.notFinite(input: "x", sample: 7, place: "a.npz"),
            "a.npz: sample 7 of 'x' has NaN or infinity", .badData)
        expect(
            SampleFault.value("0.5", input: "x", sample: 2, place: "a.npz", wanted: .int64),
            "a.npz: sample 2 of 'x' has the value 0.5, which int64 cannot hold", .badData)
        expect(
            SampleFault.batch(place: "a.npz", count: 6, batch: 4),
            "a.npz: 6 samples do not fill batches of 4, which is the model's fixed leading dimension", .badData)
    }

    @Test func files() {
        let missing = FileFault(path: "m.onnx", fault: .system(.open, code: 2))
        expect(missing, "m.onnx: it cannot be opened: No such file or directory", .missingFile)
        let full = FileFault(path: "m.onnx", fault: .system(.write, code: 28))
        expect(full, "m.onnx: it cannot be written: No space left on device", .cannotWrite)
        let size = FileFault(
            path: "m.onnx", place: [.initializer("w")], fault: .dataSize(expected: 8, got: 4, typed: false))
        expect(size, "m.onnx: initializer 'w': its type and shape need 8 bytes, it has 4", .badData)
        let outside = FileFault(path: "m.onnx", fault: .external(.outsideFolder(location: "../w")))
        expect(outside, "m.onnx: its data file '../w' lies outside the model's folder", .badData)
    }

    @Test func outputs() {
        expect(
            OutputFault.folderInUse("out", holds: "a.txt"),
            "out: the folder holds 'a.txt', which is no output; name another one", .cannotWrite)
        expect(
            OutputFault.extentsDiffer(output: "y", first: [1], later: [2], sample: 3),
            "output 'y' has shape [2] in sample 3 and [1] in the first, so that one array cannot hold it; write to a "
                + "folder instead of a .npz", .cannotWrite)
    }

    @Test func nodes() {
        let fault = NodeFault(
            node: "Conv 'stem'", position: 3, opset: 13, fault: .rank(input: 1, got: 3, expected: "4"))
        expect(fault, "Conv 'stem' (node 3, opset 13): input 1 has 3 dimensions, expected 4", .badData)
        expect(
            GraphFault.cycle(["Add 'a'", "Relu 'b'"]), "the graph has a cycle through Add 'a', Relu 'b'", .badData)
        expect(
            InterpreterFault.missingInput("x"), "no value for the model's input 'x'", .badData)
    }
}

import Operators
import Testing

@Suite("The ONNX project's own operator cases")
struct NodeCaseTests {
    /// Cases whose outputs are right to differ, with the reason.
    static let differences = [
        "test_resize_downsample_scales_linear_align_corners": resizedLength,
        "test_resize_downsample_scales_cubic_align_corners": resizedLength,
    ]

    private static let resizedLength =
        "length_resized keeps its fraction there; in the specification's words it is the extent of the output"

    @Test(
        "Every case of an operator we know has the outputs it should have",
        .enabled(if: NodeCase.folder != nil, "ONNXQ_NODE_CASES names no folder of cases: NONE OF THEM IS CHECKED"))
    func everyCase() throws {
        let cases = try NodeCase.all(in: try #require(NodeCase.folder))
        var unknown: Set<String> = []
        var unsupported: [String] = []
        var checked = 0
        for nodeCase in cases {
            do {
                let difference = try nodeCase.difference()
                let isListed = Self.differences[nodeCase.name] != nil
                if isListed { #expect(difference != nil, "\(nodeCase.name) is listed as a difference and is none") }
                if !isListed, let difference { Issue.record("\(nodeCase.node.opType) \(nodeCase.name): \(difference)") }
                checked += 1
            } catch OperatorFault.unknownOperator {
                unknown.insert(nodeCase.node.opType)
            } catch OperatorFault.unsupported(let what) {
                unsupported.append("\(nodeCase.name): \(what)")
            } catch {
                Issue.record("\(nodeCase.node.opType) \(nodeCase.name): \(error)")
            }
        }
        print("\(checked) operator cases checked; operators not known: \(unknown.sorted().joined(separator: ", "))")
        print("refused:", unsupported.joined(separator: "\n  "), separator: "\n  ")
        #expect(checked >= 500, "too few cases in the folder to say anything")
    }
}

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

    /// What came of one case.
    private enum Outcome {
        case right, differs(String), refused(String), failed(String)
    }

    @Test(
        "Every case that is not refused has the outputs it should have",
        .enabled(if: NodeCase.folder != nil, "ONNXQ_NODE_CASES names no folder of cases: NONE OF THEM IS CHECKED"))
    func everyCase() throws {
        var right = 0
        var refused: [String: Int] = [:]
        for nodeCase in try NodeCase.all(in: try #require(NodeCase.folder)) {
            let isListed = Self.differences[nodeCase.name] != nil
            switch outcome(of: nodeCase) {
            case .right:
                right += 1
                if isListed { Issue.record("\(nodeCase.name) is listed as a difference and is none") }
            case .differs(let how): if !isListed { Issue.record("\(nodeCase.node.opType) \(nodeCase.name): \(how)") }
            case .refused(let why): refused[why, default: 0] += 1
            case .failed(let fault): Issue.record("\(nodeCase.node.opType) \(nodeCase.name): \(fault)")
            }
        }
        print("\(right) operator cases are right; refused are:")
        for (why, count) in refused.sorted(by: { $0.key < $1.key }) { print("  \(count) \(why)") }
        #expect(right >= 1000)
    }

    /// A refusal is a fault that says that the operator, or the element type, is not supported.
    private func outcome(of nodeCase: NodeCase) -> Outcome {
        let opType = nodeCase.node.opType
        do {
            return try nodeCase.difference().map(Outcome.differs) ?? .right
        } catch OperatorFault.unknownOperator {
            return .refused(opType)
        } catch OperatorFault.unsupported(let what) {
            return .refused("\(opType): \(what)")
        } catch OperatorFault.elementType(_, let type) {
            return .refused("\(opType) of \(type.onnxName)")
        } catch {
            return .failed("\(error)")
        }
    }
}

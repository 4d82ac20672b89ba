import GraphIR
import Testing

@Suite("The ONNX project's own cases of convolution, pooling, resizing and products")
struct SpatialCaseTests {
    /// Training is not done here. In the two of Resize, length_resized is extent * scale with its fraction, where the
    /// specification's words, and ONNX Runtime, take the extent of the resized tensor.
    static let excluded: Set<String> = [
        "test_batchnorm_example_training_mode", "test_batchnorm_epsilon_training_mode",
        "test_resize_downsample_scales_linear_align_corners", "test_resize_downsample_scales_cubic_align_corners",
    ]
    static let cases = ReferenceCase.all([
        "conv_", "basic_conv", "convtranspose", "maxpool", "averagepool", "lppool", "globalaveragepool",
        "globalmaxpool", "batchnorm", "instancenorm", "lrn", "depthtospace", "spacetodepth", "gemm", "matmul_",
        "resize", "upsample",
    ], except: excluded)

    @Test(.enabled(if: ReferenceCase.root != nil, "ONNXQ_NODE_CASES is not set"), arguments: cases)
    func `give what they must`(_ reference: ReferenceCase) throws {
        for (expected, got) in try reference.run() {
            let found = difference(
                expected, got, reference.relativeTolerance, reference.absoluteTolerance)
            #expect(found == nil)
        }
    }
}

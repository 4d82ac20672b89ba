/// The version of onnxq.
public let onnxqVersion = "0.1.0"

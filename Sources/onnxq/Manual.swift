/// What `onnxq --help` says beside the commands and their options.
enum Manual {
    static let overview = """
        onnxq turns a float ONNX model into one that runtimes run on 8-bit integers, and proves that it still computes \
        what the float model computed. The quantized model is an ordinary ONNX model with QuantizeLinear and \
        DequantizeLinear nodes.

        SAMPLES
          Quantization needs to see typical inputs, a hundred or so; a comparison needs others. A PATH to samples is
            file.npz    one array for each model input, under its name, its leading axis counting samples; an array
                        called 'label' holds labels
            file.npy    the array of a model's only input
            folder/     .npy files named after the inputs, or .npz and .npy files as above
            folder/     the ONNX layout, test_data_set_<n>/input_<i>.pb
          Arrays of another numeric type are converted to the input's type.

        EXAMPLES
          onnxq convert net.onnx net_int8.onnx --calib calib.npz
              quantize, and print what came of it
          onnxq check net.onnx net_int8.onnx --data eval.npz --min-sqnr 25
              in a build: fail where the quantized model strays
          onnxq compare net.onnx net_int8.onnx --data eval.npz
              find the layer that loses most
          onnxq bench net_int8.onnx --threads 1
              time it

        OUTPUT
          Results go to stdout, everything else to stderr; a progress bar shows on a terminal only. With --json a result \
        follows Schemas/report.schema.json. A file appears whole or not at all.

        EXIT CODES
          0   done
          1   a tolerance was missed
          64  wrong usage
          65  the model or the data is bad
          66  a file is missing
          70  a fault of onnxq itself
          73  the output cannot be written
        """
}

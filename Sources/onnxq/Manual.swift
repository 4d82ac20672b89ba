/// What `onnxq --help` says beside the commands and their options. No line is longer than 78 columns, so that a narrow
/// terminal breaks none.
enum Manual {
    static let overview = """
        onnxq turns a float ONNX model into one that runtimes run on 8-bit integers,
        and proves that it still computes what the float model computed. The
        quantized model is an ordinary ONNX model, with QuantizeLinear and
        DequantizeLinear nodes around the operators that work on integers.

        EXAMPLES
          onnxq convert net.onnx net_int8.onnx --calib calib.npz
              quantize, and print what came of it
          onnxq check net.onnx net_int8.onnx --data eval.npz --min-sqnr 25
              in a build: fail where the quantized model strays
          onnxq compare net.onnx net_int8.onnx --data eval.npz
              find the layer that loses most
          onnxq run net_int8.onnx --input eval.npz --output outputs.npz
              see what it computes
          onnxq bench net_int8.onnx --threads 1
              time it

        SAMPLES
          convert learns the ranges of activations from samples: typical inputs,
          some hundred of them. check and compare want others. A path to samples is

            file.npz   one array for each model input, under the input's name, its
                       leading axis counting samples; an array called 'label'
                       holds labels
            file.npy   the array of a model's only input
            a folder   of .npy files named after the inputs, of .npz or .npy files
                       as above, or in the ONNX layout:
                       test_data_set_<n>/input_<i>.pb

          Arrays of another numeric type are converted to the input's type.

        RESULTS
          Results go to stdout, everything else to stderr. Long work shows a
          progress bar on a terminal, and nothing in a pipe. With --json the result
          follows Schemas/report.schema.json. A file appears whole or not at all.

        EXIT CODES
           0  done
           1  a tolerance was missed
          64  wrong usage
          65  the model or the data is bad
          66  a file is missing
          70  a fault of onnxq itself
          73  the output cannot be written
        """
}

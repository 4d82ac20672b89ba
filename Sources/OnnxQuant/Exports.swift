public import Calibration
public import Interpreter
public import Quantization

// What requests are made of, so that users of the library import this module alone.
public typealias RangeMethod = Calibration.RangeMethod
public typealias Target = Quantization.Target
public typealias ExecutionMode = Interpreter.ExecutionMode

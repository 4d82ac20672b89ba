public import Calibration
public import Interpreter
public import Kernels
public import Quantization
public import Reporting

// What requests and reports are made of, so that users of the library import this module alone.
public typealias RangeMethod = Calibration.RangeMethod
public typealias Target = Quantization.Target
public typealias Effort = Quantization.Effort
public typealias AccuracyMethod = Quantization.AccuracyMethod
public typealias WeightWidth = Quantization.WeightWidth
public typealias ExecutionMode = Interpreter.ExecutionMode
public typealias ProcessMemory = Kernels.ProcessMemory

public typealias Limits = Reporting.Limits
public typealias ConversionReport = Reporting.ConversionReport
public typealias CheckReport = Reporting.CheckReport
public typealias ComparisonReport = Reporting.ComparisonReport
public typealias BenchReport = Reporting.BenchReport
public typealias InspectionReport = Reporting.InspectionReport

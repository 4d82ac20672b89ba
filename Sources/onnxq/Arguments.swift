public import ArgumentParser
import OnnxQuant

// The library's choices as values of options.
extension RangeMethod: ExpressibleByArgument {}
extension Effort: ExpressibleByArgument {}
extension ComparisonReport.Order: ExpressibleByArgument {}
extension WeightWidth: ExpressibleByArgument {}
extension ExecutionMode: ExpressibleByArgument {}

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The noise-to-signal ratio of an SQNR in dB; infinite where the SQNR is no number.
func ratio(_ sqnr: Double) -> Double { sqnr.isNaN ? .infinity : pow(10, -sqnr / 10) }

/// The SQNR in dB of a noise-to-signal ratio; infinite where there is no noise.
func decibels(_ ratio: Double) -> Double { ratio > 0 ? -10 * log10(ratio) : .infinity }

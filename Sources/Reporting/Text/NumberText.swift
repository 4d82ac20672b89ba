#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// Numbers as a person reads them.
enum NumberText {
    /// `value` with `places` digits behind the point: "31.20", "-0.5", "inf", "nan".
    static func fixed(_ value: Double, _ places: Int) -> String {
        guard value.isFinite else { return value.isNaN ? "nan" : value < 0 ? "-inf" : "inf" }
        let power = pow(10, Double(places))
        let scaled = (value.magnitude * power).rounded()
        guard scaled < 0x1p53 else { return "\(value)" }
        let sign = value < 0 && scaled > 0 ? "-" : ""
        let digits = String(Int(scaled))
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(places + 1 - digits.count, 0)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// `value` with `digits` significant digits: "0.0123", "4.56", "1.2e-09", "7.89e+12".
    static func significant(_ value: Double, _ digits: Int = 3) -> String {
        guard value.isFinite, value != 0 else { return value == 0 ? "0" : fixed(value, 0) }
        let exponent = Int(log10(value.magnitude).rounded(.down))
        if exponent >= -4, exponent < 6 { return fixed(value, max(digits - 1 - exponent, 0)) }
        let mantissa = fixed(value / pow(10, Double(exponent)), digits - 1)
        let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
        return "\(mantissa)e\(exponent < 0 ? "-" : "+")\(power)"
    }

    /// A number as the user wrote it: "25", "0.99".
    static func plain(_ value: Double) -> String {
        let text = "\(value)"
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// A cosine: enough digits to see what is missing to 1, and never rounded up to it.
    static func cosine(_ value: Double) -> String {
        value < 1 ? fixed(min(value, 0.999999), 6) : fixed(value, 6)
    }

    /// A number of bytes in binary units: "640 B", "95.1 KiB".
    static func bytes(_ count: Int) -> String {
        scaled(Double(count), by: 1024, ["B", "KiB", "MiB", "GiB", "TiB"])
    }

    /// A count in decimal units: "640", "12.5 M".
    static func count(_ count: Int) -> String { scaled(Double(count), by: 1000, ["", "k", "M", "G", "T", "P"]) }

    /// A count with its noun: "1 sample", "12 samples".
    static func amount(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// A time: "0.52 s", "1 min 04 s".
    static func seconds(_ value: Double) -> String {
        guard value >= 60, value < 1e9 else { return fixed(value, 2) + " s" }
        let whole = Int(value.rounded())
        return "\(whole / 60) min \(whole % 60 < 10 ? "0" : "")\(whole % 60) s"
    }

    private static func scaled(_ value: Double, by step: Double, _ units: [String]) -> String {
        var value = value, unit = 0
        while value >= step, unit + 1 < units.count {
            value /= step
            unit += 1
        }
        let number = unit == 0 ? fixed(value, 0) : fixed(value, 1)
        return units[unit].isEmpty ? number : "\(number) \(units[unit])"
    }
}

internal import GraphIR

/// How the arrays of one set feed a model: which array is which input's, and what of it makes one sample.
///
/// The leading axis of an array counts samples. An array with as many dimensions as its input keeps that axis when it
/// is fed; an array with one more loses it, and then samples go one at a time.
struct ArrayPlan {
    private static let labelName = "label"

    /// The samples in the arrays.
    let count: Int
    /// The batch the model asks for by a fixed leading dimension; `nil` where it takes any number of samples.
    let fixedBatch: Int?
    /// Names of inputs whose arrays lose their leading axis.
    let withoutAxis: Set<String>
    /// The name of the array that holds labels.
    let label: String?
    /// The bytes of one sample, all inputs together, as it is fed.
    let sampleBytes: Int

    /// Checks names and extents. Throws `SampleFault`.
    init(_ arrays: [String: NumpyHeader], inputs: [ValueInfo], place: String) throws {
        label = try Self.label(arrays, inputs: inputs.map(\.name), place: place)
        count = try Self.commonCount(arrays, place: place)
        var withoutAxis: Set<String> = []
        var fixedBatch: Int?
        for input in inputs {
            switch input.takesRows(of: arrays[input.name]?.extents ?? []) {
            case .withAxis(let batch)?: fixedBatch = batch ?? fixedBatch
            case .withoutAxis?: withoutAxis.insert(input.name)
            case nil: throw Self.misfit(input, arrays, place)
            }
        }
        if !withoutAxis.isEmpty { fixedBatch = 1 }
        for input in inputs where !withoutAxis.contains(input.name) {
            let leading = input.shape?.dimensions.first?.extent
            guard leading == nil || leading == fixedBatch else { throw Self.misfit(input, arrays, place) }
        }
        sampleBytes = count == 0 ? 0 : inputs.reduce(0) { sum, input in
            let elements = (arrays[input.name]?.extents ?? []).dropFirst().reduce(1, *)
            return sum + (input.elementType ?? .float64).byteCount(elements)
        }
        self.withoutAxis = withoutAxis
        self.fixedBatch = fixedBatch
    }

    /// The name of the array of labels, where there is one, after all names are checked.
    private static func label(_ arrays: [String: NumpyHeader], inputs: [String], place: String) throws -> String? {
        if let missing = inputs.first(where: { arrays[$0] == nil }) {
            throw SampleFault.missingArray(input: missing, place: place, present: arrays.keys.sorted())
        }
        let extra = arrays.keys.filter { !inputs.contains($0) }.sorted()
        if let unknown = extra.first(where: { $0 != labelName }) {
            throw SampleFault.unknownArray(unknown, place: place, inputs: inputs)
        }
        return extra.first
    }

    private static func misfit(_ input: ValueInfo, _ arrays: [String: NumpyHeader], _ place: String) -> SampleFault {
        .shape(
            input: input.name, place: place, got: arrays[input.name]?.extents ?? [],
            wanted: input.shape ?? Shape.scalar)
    }

    private static func commonCount(_ arrays: [String: NumpyHeader], place: String) throws -> Int {
        let counts = arrays.sorted { $0.key < $1.key }.map { ($0.key, $0.value.extents.first ?? 0) }
        guard let first = counts.first else { throw SampleFault.noSamples(place) }
        if let other = counts.first(where: { $0.1 != first.1 }) {
            throw SampleFault.count(array: first.0, first.1, other: other.0, other.1, place: place)
        }
        return first.1
    }
}

/// How an input takes the rows of an array.
private enum RowFit {
    /// With the leading axis, whose extent the input may fix.
    case withAxis(Int?)
    case withoutAxis
}

extension ValueInfo {
    /// `nil` where an array of these extents does not fit the input.
    fileprivate func takesRows(of extents: [Int]) -> RowFit? {
        if extents.isEmpty { return nil }
        guard let wanted = shape?.dimensions else { return .withAxis(nil) }
        let row = extents.dropFirst()
        if extents.count == wanted.count {
            guard wanted[0].extent != 0, zip(row, wanted.dropFirst()).allSatisfy({ $1.admits($0) }) else { return nil }
            return .withAxis(wanted[0].extent)
        }
        return row.count == wanted.count && zip(row, wanted).allSatisfy { $1.admits($0) } ? .withoutAxis : nil
    }
}

extension Dimension {
    /// The extent that the dimension fixes. Some exporters write -1 for a free dimension.
    var extent: Int? { value.flatMap { $0 < 0 ? nil : $0 } }

    func admits(_ other: Int) -> Bool { extent == nil || extent == other }
}

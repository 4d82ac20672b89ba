extension ComparisonReport {
    /// What stands out in a layer whose own error is large, and by how much.
    public struct Cause: Codable, Sendable, Equatable {
        public enum Kind: String, Codable, Sendable, CaseIterable {
            /// The inputs of a Concat have ranges far apart, as boxes and scores have; the number is their ratio.
            case mixedParts = "mixed-parts"
            /// The channels of a weight have ranges far apart and one scale for all; their ratio.
            case weightsShareScale = "weights-share-scale"
            /// Most of the error is that of values beyond the grid; their percentage.
            case saturation
            /// Most of the error is a shift of the channels' means; its percentage of the squared error.
            case meanError = "mean-error"
            /// The values reach few levels of the grid; how many.
            case fewLevels = "few-levels"
            /// A few values stretch the grid far beyond the rest; the largest as a multiple of the mean magnitude.
            case outliers
            /// One channel's range dwarfs the others'; as a multiple of the median channel's.
            case unevenChannels = "uneven-channels"
            /// The error comes from the layers before; by how many dB the own error is less.
            case inherited
        }

        public var kind: Kind
        public var amount: Double

        public init(_ kind: Kind, _ amount: Double) {
            self.kind = kind
            self.amount = amount
        }

        /// What was seen, in words.
        public var finding: String {
            let number = NumberText.significant(amount, 2)
            return switch kind {
            case .mixedParts: "what it joins differs in range by a factor of \(number), on one grid"
            case .weightsShareScale: "the channels of its weight differ in range by a factor of \(number), on one scale"
            case .saturation: "most of the error is in the \(number) % of values beyond the grid"
            case .meanError: "\(number) % of the error is a shift of the channels' means"
            case .fewLevels: "the values reach only \(number) levels of the grid"
            case .outliers: "the largest value is \(number) times the mean magnitude"
            case .unevenChannels: "one channel's range is \(number) times the median channel's"
            case .inherited: "its own error is \(number) dB less: the rest comes from layers before"
            }
        }

        /// What usually helps, in words.
        public var advice: String {
            switch kind {
            case .mixedParts: "leave the joining operator float: --exclude its name"
            case .weightsShareScale: "one scale a channel, as convert writes"
            case .saturation: "a wider range: --method minmax, or more samples"
            case .meanError: "bias correction: --effort balanced, or more samples"
            case .fewLevels: "a narrower range: --method mse; samples like the data"
            case .outliers: "a cut range: --method percentile or mse; else --exclude its name"
            case .unevenChannels: "channel scaling: --effort balanced; else --exclude its name"
            case .inherited: "look at the layers with the largest own error"
            }
        }
    }
}

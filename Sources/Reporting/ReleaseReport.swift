extension ConversionReport {
    /// What it took to keep the tolerances: operators that work on 16 bits or in float.
    public struct Release: Codable, Sendable, Equatable {
        /// How far outputs are from float, on the samples of the report and on those held back.
        public struct Figures: Codable, Sendable, Equatable {
            /// In dB, of the worst output on the worse of the two.
            public var sqnr: Double
            /// Percent of all samples whose label each model finds; `nil` without a limit on it.
            public var top1Float: Double?
            public var top1Quantized: Double?

            enum CodingKeys: String, CodingKey {
                case sqnr = "sqnr_db"
                case top1Float = "top1_float"
                case top1Quantized = "top1_quant"
            }

            public init(sqnr: Double) { self.sqnr = sqnr }

            /// The percentage points that the quantized model loses.
            public var top1Drop: Double? {
                guard let top1Float, let top1Quantized else { return nil }
                return top1Float - top1Quantized
            }
        }

        /// What operators are released to.
        public enum Precision: String, Codable, Sendable {
            /// Activations of 16 bits.
            case wide = "16-bit"
            case float
        }

        /// What one quantized operator does to the outputs.
        public struct Operator: Codable, Sendable, Equatable {
            public var name: String
            public var operatorType: String
            /// Multiply-accumulates in one run, or elements written where there are none.
            public var work: Int
            /// By how many dB the outputs come closer with this operator alone released: to 16 bits where the target
            /// has them, else to float.
            public var gain: Double
            /// The SQNR of the outputs in dB with this operator alone on 8 bits; `nil` where it is there only with its
            /// neighbours.
            public var own: Double?
            /// `nil` where it stays on 8 bits.
            public var releasedTo: Precision?

            enum CodingKeys: String, CodingKey {
                case name, work
                case operatorType = "operator"
                case gain = "gain_db"
                case own = "own_sqnr_db"
                case releasedTo = "released_to"
            }

            public init(
                name: String, operatorType: String, work: Int, gain: Double, own: Double?, releasedTo: Precision?
            ) {
                self.name = name
                self.operatorType = operatorType
                self.work = work
                self.gain = gain
                self.own = own
                self.releasedTo = releasedTo
            }
        }

        /// With none released, and as written.
        public var before: Figures
        public var after: Figures
        /// The share on integers with none released.
        public var shareBefore: MultiplyAccumulateShare
        /// Those that may be released, the one whose release is worth most for its work first; none where nothing had
        /// to be measured.
        public var operators: [Operator] = []

        enum CodingKeys: String, CodingKey {
            case before, after, operators
            case shareBefore = "multiply_accumulates_before"
        }

        public init(before: Figures, after: Figures, shareBefore: MultiplyAccumulateShare) {
            self.before = before
            self.after = after
            self.shareBefore = shareBefore
        }
    }
}

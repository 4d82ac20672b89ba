/// The stages of long work, as progress is told.
public enum Stage: String, Sendable {
    case reading, folding, calibrating, quantizing, releasing, verifying, writing, running, measuring
}

/// Is told how much of a stage is done: a fraction in 0...1.
public typealias Progress = (_ stage: Stage, _ fraction: Double) -> Void

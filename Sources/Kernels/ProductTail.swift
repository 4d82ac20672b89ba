internal import CDNN
internal import CKernels

/// A function applied to results while they are at hand, with the bits of computing it afterwards.
public enum FusedActivation: Sendable, Hashable {
    case relu
    /// `slope` times x below 0.
    case leakyRelu(slope: Float)
    /// x raised to `low`, then cut to `high`.
    case clip(low: Float, high: Float)
}

/// What follows the sums and the bias of a float32 convolution or product: `activation(sum + destination)`.
public struct ProductTail: Sendable, Hashable {
    /// Whether what the destination holds before is added.
    public var addsDestination = false
    public var activation: FusedActivation?

    public init() {}

    /// The same in oneDNN's terms.
    var description: cdnn_tail {
        var tail = cdnn_tail(adds_destination: addsDestination, activation: CDNN_IDENTITY, alpha: 0, beta: 0)
        switch activation {
        case .relu: tail.activation = CDNN_RELU
        case .leakyRelu(let slope): (tail.activation, tail.alpha) = (CDNN_LEAKY_RELU, slope)
        case .clip(let low, let high): (tail.activation, tail.alpha, tail.beta) = (CDNN_CLIP, low, high)
        case nil: break
        }
        return tail
    }

    /// The same for our own loops.
    var plain: ck_float_tail {
        var tail = ck_float_tail(adds_destination: addsDestination, activation: CK_TAIL_IDENTITY, alpha: 0, beta: 0)
        switch activation {
        case .relu: (tail.activation, tail.beta) = (CK_TAIL_CLIP, .infinity)
        case .leakyRelu(let slope): (tail.activation, tail.alpha) = (CK_TAIL_LEAKY_RELU, slope)
        case .clip(let low, let high): (tail.activation, tail.alpha, tail.beta) = (CK_TAIL_CLIP, low, high)
        case nil: break
        }
        return tail
    }
}

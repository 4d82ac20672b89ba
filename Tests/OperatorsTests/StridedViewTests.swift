import Operators
import Testing

@Suite("Strided views")
struct StridedViewTests {
    /// Where the elements of a view lie, in their order.
    private func places(_ view: StridedView) -> [Int] {
        zip(view.extents, view.strides).reduce([view.offset]) { places, axis in
            places.flatMap { place in (0..<axis.0).map { place + $0 * axis.1 } }
        }
    }

    @Test("other extents keep the order of the elements", arguments: [
        (from: [2, 3, 4], to: [6, 4]), ([6, 4], [2, 3, 4]), ([2, 3, 4], [24]), ([1, 6, 1], [2, 1, 3]), ([5], [1, 5, 1]),
        ([4, 6], [2, 2, 3, 2]),
    ])
    func reshaping(extents: (from: [Int], to: [Int])) throws {
        let view = StridedView(dense: extents.from), all = Array(0..<extents.from.reduce(1, *))
        #expect(places(try #require(view.reshaped(to: extents.to))) == all)
        let backward = view.transposed(view.extents.indices.reversed())
        if let other = backward.reshaped(to: extents.to) { #expect(places(other) == places(backward)) }
    }

    @Test("transposed axes divide, but do not join")
    func transposing() throws {
        let view = StridedView(dense: [4, 6]).transposed([1, 0])
        #expect(places(try #require(view.reshaped(to: [2, 3, 1, 4]))) == places(view))
        #expect(view.reshaped(to: [24]) == nil)
        #expect(view.reshaped(to: [3, 8]) == nil)
        #expect(view.reshaped(to: [5, 5]) == nil)
    }

    @Test("a part joins only axes before the one it is of")
    func parts() throws {
        let view = StridedView(dense: [2, 3, 4]).part(1..<3, of: 1)
        #expect(places(view) == [4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23])
        #expect(places(try #require(view.reshaped(to: [2, 8]))) == places(view))
        #expect(view.reshaped(to: [16]) == nil)
    }

    @Test("broadcasting repeats axes of extent 1 and those that are missing")
    func broadcasting() {
        #expect(places(StridedView(dense: [2, 1]).broadcast(to: [2, 2, 3])) == [0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1])
    }

    @Test("nothing has no other extents")
    func empty() {
        #expect(StridedView(dense: [0, 3]).reshaped(to: [3, 0]) == nil)
    }
}

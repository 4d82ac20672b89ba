import CKernels
import Kernels
import Synchronization
import Testing

/// A team may be busy with another test; then there is one member.
@Suite("A team") struct TeamTests {
    private final class Members: Sendable {
        let seen = Mutex<[Int32]>([])
        let beforeMeeting = Atomic<Int>(0)
        let missing = Atomic<Int>(0)
        let counts = Mutex<Set<Int32>>([])
    }

    private func together(_ body: @convention(c) (UnsafeMutableRawPointer?) -> Void) -> Members {
        let members = Members()
        ck_together(5, body, Unmanaged.passUnretained(members).toOpaque())
        return members
    }

    @Test("has every member once, be they more than threads", arguments: 1...20)
    func members(run: Int) {
        let members = together { context in
            let members = Unmanaged<Members>.fromOpaque(context!).takeUnretainedValue()
            members.seen.withLock { $0.append(ck_member()) }
            members.counts.withLock { _ = $0.insert(ck_members()) }
        }
        let counts = members.counts.withLock { $0 }, seen = members.seen.withLock { $0 }
        #expect(counts.count == 1 && seen.sorted() == Array(0..<(counts.first ?? 0)))
    }

    @Test("waits in a meeting until all members have come, be they more than threads", arguments: 1...20)
    func meetings(run: Int) {
        let members = together { context in
            let members = Unmanaged<Members>.fromOpaque(context!).takeUnretainedValue()
            for round in 1...3 {
                members.beforeMeeting.add(1, ordering: .sequentiallyConsistent)
                ck_meet()
                if members.beforeMeeting.load(ordering: .sequentiallyConsistent) < round * Int(ck_members()) {
                    members.missing.add(1, ordering: .sequentiallyConsistent)
                }
            }
        }
        #expect(members.missing.load(ordering: .sequentiallyConsistent) == 0)
    }
}

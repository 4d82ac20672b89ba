internal import CKernels

/// How the program takes memory from the system.
public enum ProcessMemory {
    /// Lets large blocks, such as weights, go back to the system as soon as they are freed, in the whole process.
    public static func giveBackLargeBlocks() { ck_give_back_large_blocks() }

    /// Gives memory that was freed back to the system, as far as it makes up whole pages; not in a small process, which
    /// would soon take it again. O(free blocks).
    public static func giveBackFree() { ck_give_back_free() }

    /// Takes memory for smaller blocks in large pages, which takes less time, in the whole process.
    public static func useLargePages() { ck_use_large_pages() }
}

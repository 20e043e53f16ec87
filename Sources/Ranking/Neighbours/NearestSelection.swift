/// Keeps the best few of a stream in a binary heap whose top is the worst kept one.
struct NearestSelection {
    struct Entry: Comparable {
        /// What is compared first: the squared distance, or its rounded form.
        let key: Double
        let rank: Int32
        let row: Int
        let squared: Double

        static func < (left: Entry, right: Entry) -> Bool {
            if left.key != right.key { return left.key < right.key }
            if left.rank != right.rank { return left.rank < right.rank }
            return left.row < right.row
        }
    }

    private var capacity: Int
    private var heap: [Entry] = []

    init(capacity: Int) {
        self.capacity = capacity
        heap.reserveCapacity(capacity)
    }

    /// Begins anew, in the same memory.
    mutating func reset(capacity: Int) {
        self.capacity = capacity
        heap.removeAll(keepingCapacity: true)
    }

    /// A cheap first look: false when an entry with this key cannot be among the kept.
    func mayTake(_ key: Double) -> Bool {
        heap.count < capacity || (capacity > 0 && key <= heap[0].key)
    }

    mutating func offer(_ squaredDistance: Double, _ row: Int) {
        guard mayTake(squaredDistance) else { return }
        offer(Entry(key: squaredDistance, rank: 0, row: row, squared: squaredDistance))
    }

    mutating func offer(_ entry: Entry) {
        if heap.count < capacity {
            heap.append(entry)
            rise(from: heap.count - 1)
        } else if capacity > 0, entry < heap[0] {
            heap[0] = entry
            sink()
        }
    }

    /// The kept entries, best first.
    func sorted() -> [Entry] {
        heap.sorted()
    }

    /// Gives the kept entries, best first, and is to be reset before the next offer.
    mutating func drain(_ body: (Entry) -> Void) {
        heap.sort()
        for entry in heap { body(entry) }
    }

    private mutating func rise(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent] < heap[child] else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var worst = parent
            for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count && heap[worst] < heap[child] {
                worst = child
            }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}

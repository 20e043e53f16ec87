/// One series while a list is being filled for a child: which unfinished episode has to come next.
struct SeriesLine: Sendable {
    /// Positions within the series, ascending.
    private let unfinished: [Int]
    private var placed = 0

    init(unfinished: [Int]) {
        self.unfinished = unfinished
    }

    /// The position of the unfinished episode that has to come next; nil when nothing is held back any more.
    var head: Int? {
        placed < unfinished.count ? unfinished[placed] : nil
    }

    func allows(_ position: Int) -> Bool {
        head.map { position <= $0 } ?? true
    }

    mutating func place(_ position: Int) {
        if position == head {
            placed += 1
        }
    }
}

/// Rules as a family would write them down, Monday first; nil is no limit.
struct PlainRules {
    struct Night {
        var weekdays: [Bool]
        var start: Int
        var end: Int
    }

    var total: [Int?]
    var learning: [Int?]
    var fun: [Int?]
    var nights: [Night]
    var mayOfferWhatCannotFinish: Bool
}

/// A week of a child: rules, bonuses, and what it does, whether it may or not.
struct RandomWeek {
    enum Kind { case learning, fun }

    /// A chain of videos of one length and kind.
    struct Session {
        var start: Int
        var length: Int
        var kind: Kind
        var video: Int
        /// Whether the player stops when it is over; if not, it is counted on.
        var obeys: Bool
    }

    struct Grant {
        var minute: Int
        var minutes: Int
        /// For the date then, or for the one after it.
        var daysAhead: Int
    }

    var rules: PlainRules
    /// Minutes count from the beginning of the week.
    var sessions: [Session]
    var grants: [Grant]
    var seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
        var random = SplitMix(state: seed)
        rules = Self.rules(&random)
        sessions = []
        var minute = Int.random(in: 0..<600, using: &random)
        while minute < WallTable.week {
            let length = Int.random(in: 1...(Bool.random(using: &random) ? 30 : 240), using: &random)
            sessions.append(
                Session(
                    start: minute,
                    length: length,
                    kind: Bool.random(using: &random) ? .learning : .fun,
                    video: Int.random(in: 1...45, using: &random),
                    obeys: Int.random(in: 0..<4, using: &random) > 0
                )
            )
            // Some follow one another at once, most after hours.
            minute += length + (Int.random(in: 0..<4, using: &random) == 0 ? 0 : .random(in: 1..<500, using: &random))
        }
        grants = (0..<Int.random(in: 0...4, using: &random)).map { _ in
            Grant(
                minute: .random(in: 0..<WallTable.week, using: &random),
                minutes: .random(in: 1...60, using: &random),
                daysAhead: Int.random(in: 0..<4, using: &random) == 0 ? 1 : 0
            )
        }
    }

    private static func rules(_ random: inout SplitMix) -> PlainRules {
        func minutes(_ share: Int, _ random: inout SplitMix) -> [Int?] {
            guard Int.random(in: 0..<10, using: &random) < share else { return Array(repeating: nil, count: 7) }
            let usual = Int.random(in: 0...150, using: &random)
            return (0..<7).map { _ in
                switch Int.random(in: 0..<8, using: &random) {
                case 0: nil
                case 1: [0, 1, 1_440, 1_439].randomElement(using: &random) ?? 0
                case 2: .random(in: 0...1_440, using: &random)
                default: usual
                }
            }
        }
        return PlainRules(
            total: minutes(8, &random),
            learning: minutes(5, &random),
            fun: minutes(5, &random),
            nights: nights(&random),
            mayOfferWhatCannotFinish: Bool.random(using: &random)
        )
    }

    /// Nights that have no minute of the week in common.
    private static func nights(_ random: inout SplitMix) -> [PlainRules.Night] {
        var taken = [Bool](repeating: false, count: 7 * 1_440)
        var nights: [PlainRules.Night] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            // Half of them near the hours in which clocks are changed.
            let early = Bool.random(using: &random)
            let start = Int.random(in: early ? 0...210 : 0...1_439, using: &random)
            let length = Int.random(in: 1...(early ? 120 : 800), using: &random)
            let every = Bool.random(using: &random)
            let weekdays = (0..<7).map { _ in every || Bool.random(using: &random) }
            let minutes = (0..<7).filter { weekdays[$0] }.flatMap { day in
                (0..<length).map { (day * 1_440 + start + $0) % taken.count }
            }
            guard !minutes.isEmpty, !minutes.contains(where: { taken[$0] }) else { continue }
            for minute in minutes { taken[minute] = true }
            nights.append(PlainRules.Night(weekdays: weekdays, start: start, end: (start + length) % 1_440))
        }
        return nights
    }
}

/// Random numbers that come again for the same seed: S. Vigna, "splitmix64".
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

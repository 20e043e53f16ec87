/// The time rules once more, as one would do them with a jar of tokens for every date: a token is a minute, and every minute
/// watched takes one. Knows nothing of offsets, of ends, or of the rules' code.
struct MinuteCounter {
    struct Jar {
        var total: Int
        var learning: Int
        var fun: Int
        /// Of both kinds together, where both have a budget.
        var both: Int
        /// Used so far, as the server would have counted it.
        var usedLearning = 0
        var usedFun = 0
        var bonus = 0
    }

    enum End: Equatable { case night, total, learning, fun }

    static let endless = 1_000_000_000

    let table: WallTable
    let rules: PlainRules
    let isNight: [Bool]
    private(set) var jars: [Int: Jar] = [:]

    init(table: WallTable, rules: PlainRules) {
        self.table = table
        self.rules = rules
        isNight = table.isNight(rules.nights)
    }

    func jar(date: Int) -> Jar {
        if let jar = jars[date] { return jar }
        let weekday = (date + 3) % 7
        let (learning, fun) = (rules.learning[weekday], rules.fun[weekday])
        var both = Self.endless
        if let learning, let fun { both = learning + fun }
        return Jar(
            total: rules.total[weekday] ?? Self.endless,
            learning: learning ?? Self.endless,
            fun: fun ?? Self.endless,
            both: both
        )
    }

    mutating func grant(_ minutes: Int, date: Int) {
        var jar = jar(date: date)
        jar.bonus += minutes
        jar.total += minutes
        jar.learning += minutes
        jar.fun += minutes
        jar.both += minutes
        jars[date] = jar
    }

    mutating func watch(_ kind: RandomWeek.Kind, at minute: Int) {
        jars[table.dates[minute]] = Self.taking(kind, from: jar(date: table.dates[minute]))
    }

    private static func taking(_ kind: RandomWeek.Kind, from jar: Jar) -> Jar {
        var jar = jar
        jar.total -= 1
        jar.both -= 1
        switch kind {
        case .learning:
            jar.learning -= 1
            jar.usedLearning += 1
        case .fun:
            jar.fun -= 1
            jar.usedFun += 1
        }
        return jar
    }

    /// Why a kind, or none in particular, is over at a minute.
    func end(of kind: RandomWeek.Kind?, at minute: Int) -> End? {
        end(of: kind, at: minute, jar: jar(date: table.dates[minute]))
    }

    private func end(of kind: RandomWeek.Kind?, at minute: Int, jar: Jar) -> End? {
        if isNight[minute] { return .night }
        if jar.total <= 0 || jar.both <= 0 { return .total }
        switch kind {
        case .learning: return jar.learning <= 0 ? .learning : nil
        case .fun: return jar.fun <= 0 ? .fun : nil
        case nil: return jar.learning <= 0 && jar.fun <= 0 ? .total : nil
        }
    }

    /// For how many minutes a kind has been over; 0 when it ends with this minute.
    func overrun(of kind: RandomWeek.Kind, at minute: Int) -> Int {
        let jar = jar(date: table.dates[minute])
        var late = max(-jar.total, -jar.both, kind == .learning ? -jar.learning : -jar.fun, 0)
        if isNight[minute] {
            var nights = 0
            while minute - nights - 1 >= 0, isNight[minute - nights - 1] { nights += 1 }
            late = max(late, nights)
        }
        return late
    }

    /// How many minutes can be watched one after another, where no kind is named of whichever there is; nil when it is not
    /// over by the end of the next date.
    func minutesToTheEnd(of kind: RandomWeek.Kind?, from minute: Int) -> Int? {
        var jars: [Int: Jar] = [:]
        var (later, dates) = (minute, 1)
        while true {
            let date = table.dates[later]
            if later > minute, date != table.dates[later - 1] { dates += 1 }
            if dates > 2 { return nil }
            let jar = jars[date] ?? jar(date: date)
            if end(of: kind, at: later, jar: jar) != nil { return later - minute }
            jars[date] = Self.taking(kind ?? (jar.learning > 0 ? .learning : .fun), from: jar)
            later += 1
        }
    }
}

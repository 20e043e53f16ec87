import Domain
import Foundation

/// Steele, Lea and Flood's SplitMix64: the same reports from a seed on every machine.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// True once in so many times.
    mutating func once(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self) == 0 }
}

/// Facts drawn from a seed: empty and full periods, missing days, videos with and without labels.
struct RandomFacts {
    static let zones = ["Asia/Seoul", "America/New_York", "Europe/Lisbon", "Asia/Kathmandu", "Pacific/Apia", "UTC"]
    private static let topics = ["numbers", "숫자", "feelings", "공룡", "낯선 말", "{met}", "music"]

    /// Read once: thousands of reports are drawn from it.
    private static let edition = Result { try Curriculum.bundled().editions[0] }

    private(set) var facts: ReportFacts
    private var random: SeededNumbers

    init(seed: UInt64, kind: ReportPeriod.Kind? = nil) throws {
        var random = SeededNumbers(seed: seed)
        let zone = TimeZone(identifier: Self.zones.randomElement(using: &random) ?? "UTC") ?? .gmt
        let number = Int64.random(in: 20_000...21_000, using: &random)
        let kinds = ReportPeriod.Kind.allCases
        let period = ReportPeriod(kind ?? kinds.randomElement(using: &random) ?? .week, containing: Day(number: number))
        facts = ReportFacts(
            period: period,
            today: Day(number: random.once(in: 3) ? number : number + 40),
            zone: zone,
            age: Int.random(in: 0...8, using: &random),
            childSince: Day(number: random.once(in: 4) ? number : number - 300),
            days: [],
            hours: [],
            sittings: [],
            plays: [],
            average: random.once(in: 3)
                ? .withheld
                : .average(
                    perDay: .minutes(Int64.random(in: 1...200, using: &random)),
                    children: Int.random(in: BandAverage.minimumChildren...60, using: &random)
                )
        )
        self.random = random
        try fill()
    }

    private mutating func fill() throws {
        let edition = try Self.edition.get()
        let contents = edition.contents.map(\.code)
        let videos = (0..<Int.random(in: 1...9, using: &random)).map { _ in
            video(contents, edition.id)
        }
        let isRepetitive = random.once(in: 3)
        let longestPlay: Int64 = random.once(in: 3) ? 600 : 5_000
        let isAutomatic = random.once(in: 3)
        let limit: Span? = random.once(in: 3) ? nil : .minutes(Int64.random(in: 5...90, using: &random))
        let isFickle = random.once(in: 5)
        let isJustWithin = random.once(in: 4)
        let bedtime: Int? = random.once(in: 2) ? nil : Int.random(in: 0...1_439, using: &random)
        var stretches: [Sitting.Stretch] = []
        for day in facts.period.days where facts.childSince <= day && day <= facts.today {
            var watched = Span.zero
            for _ in 0..<(random.once(in: 3) ? 0 : Int.random(in: 1...5, using: &random)) {
                guard var play = videos.randomElement(using: &random) else { continue }
                play.startedAt = start(of: day) + .minutes(Int64.random(in: 0..<(23 * 60), using: &random))
                guard Day(of: play.startedAt, in: facts.zone) == day else { continue }
                play.watched = .seconds(Int64.random(in: 1...longestPlay, using: &random))
                play.isFirstTime = !isRepetitive && random.once(in: 2)
                play.isAutomatic = isAutomatic || random.once(in: 4)
                play.wasLeftEarly = isFickle || random.once(in: 3)
                watched = watched + play.watched
                facts.plays.append(play)
                facts.hours.append(ReportFacts.HourFacts(startsAt: play.startedAt.startOfHour, watched: play.watched))
                stretches.append(
                    Sitting.Stretch(start: play.startedAt, end: play.startedAt + play.watched, watched: play.watched)
                )
            }
            facts.days.append(
                ReportFacts.DayFacts(
                    day: day,
                    watched: watched,
                    limit: isJustWithin ? watched + .minutes(1) : limit,
                    bedtime: bedtime
                )
            )
        }
        facts.plays.shuffle(using: &random)
        facts.sittings = Sitting.joining(stretches)
        facts.metBefore =
            random.once(in: 2)
            ? nil : ReportFacts.MetBefore(categories: Set(contents.prefix(20).map(\.category)), topics: ["numbers"])
        if random.once(in: 6) { facts.playsKeptSince = Day(number: facts.period.from.number + 1) }
    }

    private func start(of day: Day) -> Instant {
        let midnight = Instant(millisecondsSince1970: day.number * 86_400_000)
        return midnight - .seconds(Int64(facts.zone.secondsFromGMT(for: midnight.date)))
    }

    private mutating func video(_ contents: [CurriculumCode], _ edition: CurriculumEdition.ID) -> PlayFacts {
        var bytes = UUID().uuid
        withUnsafeMutableBytes(of: &bytes) { bytes in
            for index in bytes.indices { bytes[index] = UInt8.random(in: 0...255, using: &random) }
        }
        let isLabelled = !random.once(in: 4)
        let series = Series.ID(UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(bytes.0 % 3))))
        return PlayFacts(
            video: Video.ID(UUID(uuid: bytes)),
            title: random.once(in: 4) ? nil : Wording("영상 {plays}"),
            topics: isLabelled
                ? Self.topics.shuffled(using: &random).suffix(Int.random(in: 0...2, using: &random)) : [],
            characters: random.once(in: 2) ? ["kongi"] : [],
            areas: isLabelled ? CurriculumArea.allCases.filter { _ in random.once(in: 3) } : [],
            contents: isLabelled && random.once(in: 2)
                ? contents.shuffled(using: &random).prefix(2).map { CurriculumReference(edition: edition, code: $0) }
                : [],
            duration: random.once(in: 5) ? nil : .seconds(Int64.random(in: 8...900, using: &random)),
            watched: .zero,
            startedAt: Instant(millisecondsSince1970: 0),
            series: random.once(in: 2)
                ? PlayFacts.SeriesPlace(
                    id: series,
                    title: Wording("시리즈"),
                    episode: Int.random(in: 1...9, using: &random)
                )
                : nil
        )
    }
}

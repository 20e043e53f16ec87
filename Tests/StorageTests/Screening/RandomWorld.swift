import Domain
import Foundation
import SQL
import Storage

/// A random catalogue and random children, with something of everything that screening asks about.
struct RandomWorld: Sendable {
    private(set) var subjects: [Screening.Subject] = []
    private(set) var children: [Child] = []
    private var channels: [Channel.ID] = []
    private var series: [Series.ID] = []
    private var labels: [Label.ID] = []
    private var blocks: [(child: Child.ID, target: Block.Target)] = []
    private var approvals: [(child: Child.ID, video: Video.ID)] = []
    private let guardian: Guardian.ID
    private let now: Instant

    init(now: Instant, using random: inout some RandomNumberGenerator) {
        self.now = now
        guardian = Self.id(using: &random)
        channels = (0..<4).map { _ in Self.id(using: &random) }
        series = (0..<4).map { _ in Self.id(using: &random) }
        labels = (0..<8).map { _ in Self.id(using: &random) }
        subjects = (0..<80).map { number in subject(number, using: &random) }
        children = (0..<6).map { number in child(number, using: &random) }
        for child in children { choose(for: child, using: &random) }
    }

    private static func id<Subject>(using random: inout some RandomNumberGenerator) -> Identifier<Subject> {
        func byte() -> UInt8 { UInt8.random(in: 0...255, using: &random) }
        return Identifier(
            UUID(
                uuid: (
                    byte(), byte(), byte(), byte(), byte(), byte(), byte(), byte(),
                    byte(), byte(), byte(), byte(), byte(), byte(), byte(), byte()
                )
            )
        )
    }

    private func subject(_ number: Int, using random: inout some RandomNumberGenerator) -> Screening.Subject {
        /// Mostly true: a video that fails everything shows nothing about any one rule.
        func mostly(using random: inout some RandomNumberGenerator) -> Bool {
            Int.random(in: 0..<12, using: &random) > 0
        }
        let isHosted = number.isMultiple(of: 5)
        let digits = String(number)
        let source: Video.Source =
            isHosted
            ? .hosted(path: "/media/\(number).mp4")
            : .youtube(YouTubeVideoID(String(repeating: "A", count: 11 - digits.count) + digits)!)
        let isPublished = mostly(using: &random)
        let minimum = Int.random(in: 0...5, using: &random)
        let ages = AgeBand(minimum: minimum, maximum: minimum + Int.random(in: 2...7, using: &random))
        // Exactly 30 days is too old, a millisecond less is not.
        let age = [Span.days(1), .days(29), .days(30), .days(30) - Span(milliseconds: 1), .days(40)]
            .randomElement(using: &random)!
        let hasData = mostly(using: &random)
        let video = Video(
            id: Self.id(using: &random),
            source: source,
            state: isPublished
                ? .published : [.accepted, .refused, .quarantined, .withdrawn].randomElement(using: &random)!,
            channelID: Bool.random(using: &random) ? channels.randomElement(using: &random) : nil,
            seriesID: Bool.random(using: &random) ? series.randomElement(using: &random) : nil,
            title: hasData ? "Video \(number)" : nil,
            durationMilliseconds: hasData || Bool.random(using: &random) ? 60_000 : nil,
            isEmbeddable: mostly(using: &random),
            isMadeForKids: mostly(using: &random),
            isHealthy: mostly(using: &random),
            ages: isPublished || Bool.random(using: &random) ? ages : nil,
            fetchedAt: isHosted ? nil : now - age
        )
        let own = labels.filter { _ in Int.random(in: 0..<4, using: &random) == 0 }
        return Screening.Subject(video: video, labels: Set(own))
    }

    private func child(_ number: Int, using random: inout some RandomNumberGenerator) -> Child {
        Child(
            id: Self.id(using: &random),
            guardianID: guardian,
            nickname: "Child \(number)",
            birthMonth: BirthMonth(year: .random(in: 2014...2026, using: &random), month: 3)!,
            avatar: .fox,
            rules: ViewingRules(approvedOnly: number.isMultiple(of: 3))
        )
    }

    private mutating func choose(for child: Child, using random: inout some RandomNumberGenerator) {
        func sometimes(using random: inout some RandomNumberGenerator) -> Bool {
            Int.random(in: 0..<6, using: &random) == 0
        }
        for subject in subjects where sometimes(using: &random) { blocks.append((child.id, .video(subject.video.id))) }
        for id in channels where sometimes(using: &random) { blocks.append((child.id, .channel(id))) }
        for id in series where sometimes(using: &random) { blocks.append((child.id, .series(id))) }
        for id in labels where sometimes(using: &random) { blocks.append((child.id, .label(id))) }
        for subject in subjects where Bool.random(using: &random) { approvals.append((child.id, subject.video.id)) }
    }

    func store(in database: any Database) async throws {
        try await database.write { transaction in
            try storePeople(transaction)
            try storeCatalogue(transaction)
            try storeChoices(transaction)
        }
    }

    private func storePeople(_ transaction: any Transaction) throws {
        try transaction.run(
            """
            INSERT INTO guardian (id, phone_lookup, phone_cipher, phone_key_id, language, time_zone, created_at)
            VALUES (\(guardian), \([UInt8(1)]), \([UInt8(2)]), 'e1', 'ko', 'Asia/Seoul', \(now))
            """
        )
        for child in children {
            try transaction.run(
                """
                INSERT INTO child (id, guardian_id, nickname, birth_month, avatar, approved_only, created_at)
                VALUES (\(child.id), \(guardian), \(child.nickname), \(child.birthMonth), \(child.avatar),
                    \(child.rules.approvedOnly), \(now))
                """
            )
        }
    }

    private func storeCatalogue(_ transaction: any Transaction) throws {
        for id in channels {
            try transaction.run("INSERT INTO channel (id, title, created_at) VALUES (\(id), 'Channel', \(now))")
        }
        for id in series {
            try transaction.run(
                """
                INSERT INTO series (id, slug, title_ko, title_en, created_at)
                VALUES (\(id), \(id.description), '시리즈', 'Series', \(now))
                """
            )
        }
        for id in labels {
            try transaction.run(
                "INSERT INTO label (id, kind, name, created_at) VALUES (\(id), 'topic', \(id.description), \(now))"
            )
        }
        for subject in subjects { try store(subject, transaction) }
    }

    private func store(_ subject: Screening.Subject, _ transaction: any Transaction) throws {
        let video = subject.video
        var youtubeID: YouTubeVideoID?
        var path: String?
        switch video.source {
        case .youtube(let id): youtubeID = id
        case .hosted(let hosted): path = hosted
        }
        try transaction.run(
            """
            INSERT INTO video (id, youtube_id, hosted_path, channel_id, series_id, state, title, duration_ms,
                embeddable, made_for_kids, healthy, age_min, age_max, content_hash, fetched_at, created_at, updated_at)
            VALUES (\(video.id), \(youtubeID), \(path), \(video.channelID), \(video.seriesID), \(video.state),
                \(video.title), \(video.durationMilliseconds), \(video.isEmbeddable), \(video.isMadeForKids),
                \(video.isHealthy), \(video.ages?.minimum), \(video.ages?.maximum), '', \(video.fetchedAt), \(now),
                \(now))
            """
        )
        for label in subject.labels {
            try transaction.run(
                "INSERT INTO video_label (video_id, label_id, weight) VALUES (\(video.id), \(label), \(0.5))"
            )
        }
    }

    private func storeChoices(_ transaction: any Transaction) throws {
        for (child, target) in blocks {
            try transaction.run(
                """
                INSERT INTO block (child_id, kind, target_id, created_at)
                VALUES (\(child), \(target.kind), \(target.id), \(now))
                """
            )
        }
        for (child, video) in approvals {
            try transaction.run(
                "INSERT INTO approval (child_id, video_id, created_at) VALUES (\(child), \(video), \(now))"
            )
        }
    }
}

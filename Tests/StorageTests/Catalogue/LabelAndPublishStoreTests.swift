import Domain
import SQL
import Storage
import TestSupport
import Testing

@Suite("Labelling and publishing")
struct LabelAndPublishStoreTests {
    typealias Catalogue = ImportStoreTests.Catalogue
    static let now = ImportStoreTests.start

    private func catalogue(_ engine: Engine) async throws -> Catalogue {
        let catalogue = try await Catalogue(engine)
        let ids = ["aaaaaaaaaaa", "bbbbbbbbbbb", "ccccccccccc"]
        var batch = ImportBatch()
        batch.videos = try ids.map { try ImportStoreTests.video($0) }
        batch.videos.append(
            try ImportStoreTests.video("refusedxxxx", ImportStoreTests.facts { $0.isMadeForKids = nil })
        )
        try await catalogue.write(batch)
        return catalogue
    }

    private func assign(_ id: String, _ names: [String: Set<String>]) throws -> LabelAssignment {
        let kinds = try names.map { (try #require(Label.Kind($0.key)), $0.value) }
        return LabelAssignment(
            video: try #require(VideoReference(id)),
            names: Dictionary(uniqueKeysWithValues: kinds)
        )
    }

    private func labels(_ catalogue: Catalogue, _ id: String) async throws -> [String] {
        try await catalogue.database.read { transaction in
            try transaction.rows(
                """
                SELECT l.kind || ':' || l.name AS label FROM video_label x JOIN label l ON l.id = x.label_id
                JOIN video v ON v.id = x.video_id WHERE v.youtube_id = \(id) ORDER BY 1
                """
            ).map { try $0["label"] }
        }
    }

    private func labelStore(_ catalogue: Catalogue) throws -> LabelStore {
        LabelStore(database: catalogue.database, ids: catalogue.ids, curriculum: try .bundled())
    }

    @Test("replaces the kinds that are named and leaves the others", arguments: Engine.allCases)
    func labels(_ engine: Engine) async throws {
        let catalogue = try await catalogue(engine)
        let store = try labelStore(catalogue)
        let first = try await store.apply(
            [
                assign("aaaaaaaaaaa", ["show": ["뽀로로", "타요"], "topic": ["동물"]]),
                assign("bbbbbbbbbbb", ["show": ["뽀로로"]]),
                assign("unknownxxxx", ["show": ["뽀로로"]]),
            ],
            by: nil,
            at: Self.now
        )
        #expect(first.labelled == 2)
        #expect(first.changed == 2)
        #expect(first.unknown == 1)
        let version = try await CatalogueStore(database: catalogue.database).version()
        let again = try await store.apply([assign("aaaaaaaaaaa", ["show": ["타요", "뽀로로"]])], by: nil, at: Self.now)
        #expect(again.labelled == 1)
        #expect(again.changed == 0)
        #expect(try await CatalogueStore(database: catalogue.database).version() == version)
        _ = try await store.apply([assign("aaaaaaaaaaa", ["show": ["로보카 폴리"]])], by: nil, at: Self.now)
        #expect(try await labels(catalogue, "aaaaaaaaaaa") == ["show:로보카 폴리", "topic:동물"])
        #expect(try await labels(catalogue, "bbbbbbbbbbb") == ["show:뽀로로"])
        #expect(try await CatalogueStore(database: catalogue.database).version() > version)
    }

    @Test("keeps what contents mean, in which edition, by whom and since when", arguments: Engine.allCases)
    func contents(_ engine: Engine) async throws {
        let catalogue = try await catalogue(engine)
        let store = try labelStore(catalogue)
        func mapped() async throws -> [String] {
            try await catalogue.database.read { transaction in
                try transaction.rows(
                    """
                    SELECT v.youtube_id, m.edition, m.code, coalesce(m.labelled_by, '-') AS labelled_by, m.labelled_at
                    FROM video_content m JOIN video v ON v.id = m.video_id ORDER BY 1, 2, 3
                    """
                ).map { row in
                    let (video, edition, code): (String, String, String) = (
                        try row["youtube_id"], try row["edition"], try row["code"]
                    )
                    let (source, time): (String, Instant) = (try row["labelled_by"], try row["labelled_at"])
                    return "\(video.prefix(1)) \(edition) \(code) \(source) \((time - Self.now).milliseconds)"
                }
            }
        }
        let first = try [
            assign("aaaaaaaaaaa", ["content": ["5.2.2", "nuri-2019/1.2.3"], "topic": ["동물"]]),
            assign("bbbbbbbbbbb", ["content": ["5.2.2", "nuri-2019/5.2.2"]]), assign("ccccccccccc", ["topic": ["동물"]]),
        ]
        _ = try await store.apply(first, by: "one.csv", at: Self.now)
        let whole = ["a nuri-2019 1.2.3 one.csv 0", "a nuri-2019 5.2.2 one.csv 0", "b nuri-2019 5.2.2 one.csv 0"]
        #expect(try await mapped() == whole)

        let later = Self.now + .seconds(5)
        #expect(try await store.apply(first, by: "two.csv", at: later).changed == 0)
        #expect(try await mapped() == whole, "what was read before stays whose it is")
        _ = try await store.apply([assign("aaaaaaaaaaa", ["content": ["5.2.2", "5.3.1"]])], by: nil, at: later)
        _ = try await store.apply([assign("bbbbbbbbbbb", ["content": ["5.2.2"]])], by: nil, at: later)
        let second = ["a nuri-2019 5.2.2 one.csv 0", "a nuri-2019 5.3.1 - 5000", "b nuri-2019 5.2.2 one.csv 0"]
        #expect(try await mapped() == second)

        let unknown = try [
            assign("ccccccccccc", ["content": ["5.2.2"]]), assign("bbbbbbbbbbb", ["content": ["6.1.1"]]),
        ]
        await #expect(throws: UnknownContent.self) { try await store.apply(unknown, by: nil, at: later) }
        #expect(try await mapped() == second)
        #expect(try await labels(catalogue, "ccccccccccc") == ["topic:동물"])
    }

    @Test("keeps what kinds of label weigh, and tells every reader of the catalogue", arguments: Engine.allCases)
    func weighsKinds(_ engine: Engine) async throws {
        let catalogue = try await catalogue(engine)
        let store = try labelStore(catalogue)
        let reader = CatalogueStore(database: catalogue.database)
        let (topic, mood) = (Label.Kind.topic, try #require(Label.Kind("mood")))
        let before = try await reader.snapshot()
        #expect(before.kindWeights.weight(of: topic) == 1)
        #expect(before.kindWeights.weight(of: .ageRating) == 0)
        #expect(before.kindWeights.weight(of: mood) == LabelKindWeights.unweighed)
        try await store.weigh([topic: 0.25, mood: 0])
        let after = try await reader.snapshot()
        #expect(after.version > before.version)
        #expect(after.kindWeights.weight(of: topic) == 0.25)
        #expect(after.kindWeights.weight(of: mood) == 0)
        #expect(after.kindWeights.weight(of: .area) == before.kindWeights.weight(of: .area))
        await #expect(throws: DatabaseError.self) { try await store.weigh([topic: 1.5]) }
        #expect(try await reader.snapshot().version == after.version)
    }

    @Test("publishes what is accepted, with the labels' ages before the general ones", arguments: Engine.allCases)
    func publishes(_ engine: Engine) async throws {
        let catalogue = try await catalogue(engine)
        _ = try await labelStore(catalogue).apply(
            [assign("aaaaaaaaaaa", ["age_rating": ["6"]]), assign("bbbbbbbbbbb", ["age_rating": ["13"]])],
            by: nil,
            at: Self.now
        )
        let store = PublishStore(database: catalogue.database)
        let without = try await store.publish([try #require(VideoReference("ccccccccccc"))], ages: nil, at: Self.now)
        #expect(without.refused == ["no_ages": 1])
        let all = try await store.publishAllAccepted(ages: AgeBand("3-7"), at: Self.now)
        #expect(all.published == 2)
        #expect(all.refused == ["rated_too_old": 1])
        let bands = try await catalogue.database.read { transaction in
            try transaction.rows(
                "SELECT youtube_id, age_min, age_max FROM video WHERE state = 'published' ORDER BY youtube_id"
            ).map { row in
                let (id, youngest, oldest): (String, Int, Int) = (
                    try row["youtube_id"], try row["age_min"], try row["age_max"]
                )
                return "\(id) \(youngest)-\(oldest)"
            }
        }
        #expect(bands == ["aaaaaaaaaaa 6-10", "ccccccccccc 3-7"])
    }

    @Test("takes staff's ages for a named video, and refuses what the gate refused", arguments: Engine.allCases)
    func named(_ engine: Engine) async throws {
        let catalogue = try await catalogue(engine)
        let store = PublishStore(database: catalogue.database)
        let references = ["aaaaaaaaaaa", "refusedxxxx", "unknownxxxx"].compactMap(VideoReference.init)
        let first = try await store.publish(references, ages: AgeBand("3-5"), at: Self.now)
        #expect(first.published == 1)
        #expect(first.refused == ["not_accepted": 1])
        #expect(first.unknown == 1)
        let same = try await store.publish([references[0]], ages: AgeBand("3-5"), at: Self.now)
        #expect(same.unchanged == 1)
        let other = try await store.publish([references[0]], ages: AgeBand("4-5"), at: Self.now)
        #expect(other.updated == 1)
        let stale = try await store.publish(
            [try #require(VideoReference("bbbbbbbbbbb"))],
            ages: AgeBand("3-5"),
            at: Self.now + .days(30)
        )
        #expect(stale.refused == ["stale": 1])
    }

    @Test("withdraws what is named and says what was done before or is not known", arguments: Engine.allCases)
    func withdraws(_ engine: Engine) async throws {
        let catalogue = try await catalogue(engine)
        let store = PublishStore(database: catalogue.database)
        let cache = CatalogueCache(store: CatalogueStore(database: catalogue.database))
        let references = ["aaaaaaaaaaa", "bbbbbbbbbbb", "unknownxxxx"].compactMap(VideoReference.init)
        _ = try await store.publish(references, ages: AgeBand("3-5"), at: Self.now)
        #expect(try await cache.current().entries.count == 2)
        let first = try await store.withdraw(Array(references.prefix(1)) + references.prefix(1), at: Self.now)
        #expect((first.withdrawn, first.withdrawnBefore, first.unknown) == (1, 0, []))
        #expect(try await cache.current().entries.count == 1)
        let rest = try await store.withdraw(references, at: Self.now)
        #expect((rest.withdrawn, rest.withdrawnBefore, rest.unknown) == (1, 1, ["unknownxxxx"]))
        #expect(try await cache.current().entries.isEmpty)
        let version = try await CatalogueStore(database: catalogue.database).version()
        #expect(try await store.withdraw(references, at: Self.now).withdrawn == 0)
        #expect(try await CatalogueStore(database: catalogue.database).version() == version)
        #expect(try await store.publish(references, ages: AgeBand("3-5"), at: Self.now).refused == ["not_accepted": 2])
    }

    @Test("adds our own videos once and changes what is said anew", arguments: Engine.allCases)
    func hosted(_ engine: Engine) async throws {
        let catalogue = try await catalogue(engine)
        let store = HostedVideoStore(database: catalogue.database, ids: catalogue.ids)
        var video = HostedVideo(
            path: "abc.mp4",
            title: Wording(korean: "동그라미", english: "Circles"),
            duration: .seconds(5),
            ages: AgeBand("3-5")
        )
        let first = try await store.add(video, at: Self.now)
        #expect(first.outcome == .new)
        #expect(try await store.add(video, at: Self.now) == (first.id, .unchanged))
        video.title = Wording(korean: "동그라미", english: "Round and round")
        #expect(try await store.add(video, at: Self.now) == (first.id, .updated))
        let published = try await PublishStore(database: catalogue.database).publish(
            [.own(first.id)],
            ages: nil,
            at: Self.now
        )
        #expect(published.published == 1)
    }
}

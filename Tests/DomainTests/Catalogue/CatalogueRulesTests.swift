import Domain
import Testing

@Suite("What imports do to a video's state")
struct VideoTransitionTests {
    @Test("a published video is quarantined, never refused, when the gate turns against it")
    func published() {
        #expect(Video.State.published.afterRefusal(wasPublished: true) == .quarantined)
        #expect(Video.State.published.afterVanishing == .quarantined)
        #expect(Video.State.published.afterPurge == .quarantined)
        #expect(Video.State.published.afterAcceptance(wasPublished: true, reasons: []) == .published)
    }

    @Test("only staleness alone lets a video come back to published by itself")
    func comesBack() {
        let state = Video.State.quarantined
        #expect(state.afterAcceptance(wasPublished: true, reasons: ["stale"]) == .published)
        #expect(state.afterAcceptance(wasPublished: false, reasons: ["stale"]) == .accepted)
        #expect(state.afterAcceptance(wasPublished: true, reasons: ["vanished"]) == .accepted)
        #expect(state.afterAcceptance(wasPublished: true, reasons: ["stale", "vanished"]) == .accepted)
        #expect(state.afterAcceptance(wasPublished: true, reasons: []) == .accepted)
    }

    @Test("no import touches what staff withdrew")
    func withdrawn() {
        let state = Video.State.withdrawn
        #expect(state.afterAcceptance(wasPublished: true, reasons: ["stale"]) == .withdrawn)
        #expect(state.afterRefusal(wasPublished: true) == .withdrawn)
        #expect(state.afterVanishing == .withdrawn)
        #expect(state.afterPurge == .withdrawn)
    }

    @Test("nothing becomes published that was not", arguments: Video.State.allCases, [true, false])
    func neverPublishes(_ state: Video.State, wasPublished: Bool) {
        for reasons in [[], ["vanished"], ["not_public"], ["stale", "not_public"]] as [Set<String>] {
            let after = state.afterAcceptance(wasPublished: wasPublished, reasons: reasons)
            #expect(after != .published || state == .published)
        }
    }
}

@Suite("The age band a video is published with")
struct PublishingAgesTests {
    private func band(_ text: String) -> AgeBand? { AgeBand(text) }

    @Test("comes from the rating: five years of ages, cut at 12")
    func fromRating() throws {
        #expect(try PublishingAges.band(given: nil, existing: nil, ratings: ["3"]) == band("3-7"))
        #expect(try PublishingAges.band(given: nil, existing: nil, ratings: ["9"]) == band("9-12"))
        #expect(try PublishingAges.band(given: nil, existing: nil, ratings: ["12"]) == band("12-12"))
        #expect(try PublishingAges.band(given: nil, existing: nil, ratings: ["3", "6"]) == band("6-10"))
    }

    @Test("is staff's where they say it, else the one there is")
    func precedence() throws {
        let given = try #require(band("2-4"))
        let existing = try #require(band("5-6"))
        #expect(try PublishingAges.band(given: given, existing: existing, ratings: ["3"]) == given)
        #expect(try PublishingAges.band(given: nil, existing: existing, ratings: ["3"]) == existing)
    }

    @Test("is refused without any word, beyond 12, and for what is no number")
    func refuses() {
        #expect(throws: PublishingAges.Refusal.noAges) {
            try PublishingAges.band(given: nil, existing: nil, ratings: [])
        }
        #expect(throws: PublishingAges.Refusal.ratedTooOld) {
            try PublishingAges.band(given: AgeBand("3-7"), existing: nil, ratings: ["13"])
        }
        #expect(throws: PublishingAges.Refusal.ratedTooOld) {
            try PublishingAges.band(given: nil, existing: nil, ratings: ["3", "17"])
        }
        #expect(throws: PublishingAges.Refusal.ratingUnreadable) {
            try PublishingAges.band(given: nil, existing: nil, ratings: ["TV-Y"])
        }
    }
}

@Suite("How staff name a video")
struct VideoReferenceTests {
    @Test(
        "by YouTube's id or an address",
        arguments: [
            "ntv_sYztDes", "https://www.youtube.com/watch?v=ntv_sYztDes&t=5", "https://youtu.be/ntv_sYztDes?si=x",
            "youtube.com/embed/ntv_sYztDes", "https://m.youtube.com/shorts/ntv_sYztDes",
        ]
    )
    func youtube(_ text: String) throws {
        #expect(VideoReference(text) == .youtube(try #require(YouTubeVideoID("ntv_sYztDes"))))
    }

    @Test(
        "and nothing else",
        arguments: ["", "short", "https://example.org/watch?v=ntv_sYztDes", "https://youtube.com/watch", "ntv_sYztDe!"]
    )
    func refuses(_ text: String) {
        #expect(VideoReference(text) == nil)
    }
}

@Suite("The day a YouTube call counts for")
struct YouTubeQuotaTests {
    @Test(
        "changes at midnight in California, summer and winter",
        arguments: [
            // 2026-01-15 07:59:59Z and one second later: PST is eight hours behind.
            (1_768_463_999_000, "2026-01-14"), (1_768_464_000_000, "2026-01-15"),
            // 2026-07-15 06:59:59Z and one second later: PDT is seven.
            (1_784_098_799_000, "2026-07-14"), (1_784_098_800_000, "2026-07-15"),
        ] as [(Int64, String)]
    )
    func day(_ milliseconds: Int64, _ day: String) {
        #expect(YouTubeQuota.day(of: Instant(millisecondsSince1970: milliseconds)) == day)
    }

    @Test("ends at the next of these midnights")
    func reset() {
        let evening = Instant(millisecondsSince1970: 1_768_463_999_000)
        #expect(YouTubeQuota.reset(after: evening) == Instant(millisecondsSince1970: 1_768_464_000_000))
    }
}

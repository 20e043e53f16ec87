import Domain
import Testing

@Suite("The safety gate")
struct SafetyGateTests {
    static let good: YouTubeFacts = {
        var facts = YouTubeFacts()
        facts.channelID = "UCqXwKu6dKobXEQFhdKtiJLQ"
        facts.channelTitle = "핑크퐁"
        facts.title = "아기 상어"
        facts.thumbnailURL = "https://i.ytimg.com/vi/761ae_KDg_Q/mqdefault.jpg"
        facts.liveBroadcastContent = "none"
        facts.duration = "PT4M31S"
        facts.contentRating = .init()
        facts.privacyStatus = "public"
        facts.uploadStatus = "processed"
        facts.isEmbeddable = true
        facts.isMadeForKids = true
        return facts
    }()

    @Test("lets a good video pass")
    func accepts() {
        let expected = SafetyGate.Accepted(title: "아기 상어", duration: .seconds(271), mayBeShort: false)
        #expect(SafetyGate().judge(Self.good) == .accepted(expected))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var code: String
        var spoil: @Sendable (inout YouTubeFacts) -> Void
        var testDescription: String { code }
    }

    static let refusals: [Refusal] = [
        Refusal(code: "missing:snippet.title") { $0.title = nil },
        Refusal(code: "missing:snippet.title") { $0.title = " \u{3000}\n" },
        Refusal(code: "missing:snippet.channelId") { $0.channelID = nil },
        Refusal(code: "missing:snippet.liveBroadcastContent") { $0.liveBroadcastContent = nil },
        Refusal(code: "missing:contentDetails.duration") { $0.duration = nil },
        Refusal(code: "missing:contentDetails.contentRating") { $0.contentRating = nil },
        Refusal(code: "missing:status.privacyStatus") { $0.privacyStatus = nil },
        Refusal(code: "missing:status.uploadStatus") { $0.uploadStatus = nil },
        Refusal(code: "missing:status.embeddable") { $0.isEmbeddable = nil },
        Refusal(code: "missing:status.madeForKids") { $0.isMadeForKids = nil },
        Refusal(code: "not_public") { $0.privacyStatus = "unlisted" },
        Refusal(code: "not_public") { $0.privacyStatus = "private" },
        Refusal(code: "not_processed") { $0.uploadStatus = "uploaded" },
        Refusal(code: "not_processed") { $0.uploadStatus = "rejected" },
        Refusal(code: "not_embeddable") { $0.isEmbeddable = false },
        Refusal(code: "not_made_for_kids") { $0.isMadeForKids = false },
        Refusal(code: "age_restricted") { $0.contentRating?.youtube = "ytAgeRestricted" },
        Refusal(code: "age_restricted") { $0.contentRating?.youtube = "somethingNew" },
        Refusal(code: "korea_rating") { $0.contentRating?.korea = "kmrb12plus" },
        Refusal(code: "korea_rating") { $0.contentRating?.korea = "kmrb15plus" },
        Refusal(code: "korea_rating") { $0.contentRating?.korea = "kmrbR" },
        Refusal(code: "korea_rating") { $0.contentRating?.korea = "kmrbTeenr" },
        Refusal(code: "region_blocked") { $0.regionRestriction = .init(blocked: ["JP", "KR"]) },
        Refusal(code: "region_blocked") { $0.regionRestriction = .init(allowed: ["US"]) },
        Refusal(code: "region_blocked") { $0.regionRestriction = .init(allowed: []) },
        Refusal(code: "region_blocked") { $0.regionRestriction = .everywhere },
        Refusal(code: "region_blocked") { $0.regionRestriction = .init(allowed: ["KR"], blocked: ["KR"]) },
        Refusal(code: "live") { $0.liveBroadcastContent = "live" },
        Refusal(code: "live") { $0.liveBroadcastContent = "upcoming" },
        Refusal(code: "live") { $0.hasLiveStreamingDetails = true },
        Refusal(code: "duration_unreadable") { $0.duration = "4:31" },
        Refusal(code: "too_short") { $0.duration = "P0D" },
        Refusal(code: "too_short") { $0.duration = "PT4S" },
        Refusal(code: "too_long") { $0.duration = "PT4H1S" },
        Refusal(code: "too_long") { $0.duration = "P1DT2H" },
    ]

    @Test("refuses one spoiled field with its one reason", arguments: refusals)
    func refuses(_ refusal: Refusal) {
        var facts = Self.good
        refusal.spoil(&facts)
        guard case .refused(let reasons) = SafetyGate().judge(facts) else {
            Issue.record("accepted")
            return
        }
        #expect(reasons.map(\.code) == [refusal.code])
    }

    static let harmless: [Refusal] = [
        Refusal(code: "kmrbAll") { $0.contentRating?.korea = "kmrbAll" },
        Refusal(code: "blocked elsewhere") { $0.regionRestriction = .init(blocked: ["DE"]) },
        Refusal(code: "allowed here") { $0.regionRestriction = .init(allowed: ["KR", "US"]) },
        Refusal(code: "no thumbnail") { $0.thumbnailURL = nil },
        Refusal(code: "no channel title") { $0.channelTitle = nil },
        Refusal(code: "shortest") { $0.duration = "PT5S" },
        Refusal(code: "longest") { $0.duration = "PT4H" },
    ]

    @Test("lets harmless differences pass", arguments: harmless)
    func accepts(_ difference: Refusal) {
        var facts = Self.good
        difference.spoil(&facts)
        guard case .accepted = SafetyGate().judge(facts) else {
            Issue.record("refused")
            return
        }
    }

    @Test("names every reason, whatever the combination of faults")
    func namesAll() {
        // Faults that cannot mask each other: one for each field.
        let faults = [0, 2, 3, 4, 5, 6, 7, 8, 9, 24].map { Self.refusals[$0] }
        for mask in 0..<(1 << faults.count) {
            var facts = Self.good
            let chosen = faults.indices.filter { mask & (1 << $0) != 0 }.map { faults[$0] }
            for fault in chosen { fault.spoil(&facts) }
            switch SafetyGate().judge(facts) {
            case .accepted: #expect(chosen.isEmpty)
            case .refused(let reasons): #expect(Set(reasons.map(\.code)) == Set(chosen.map(\.code)))
            }
        }
    }

    @Test("takes an absent answer for a vanished video")
    func vanished() {
        #expect(SafetyGate().judge(nil) == .refused([.vanished]))
    }

    @Test("refuses facts of which nothing was sent, naming every field")
    func empty() {
        guard case .refused(let reasons) = SafetyGate().judge(YouTubeFacts()) else {
            Issue.record("accepted")
            return
        }
        #expect(Set(reasons) == Set(GateRefusal.Field.allCases.map(GateRefusal.missing)))
    }

    @Test("hints at what may be a Short without refusing it")
    func short() {
        var facts = Self.good
        facts.duration = "PT3M"
        guard case .accepted(let accepted) = SafetyGate().judge(facts) else {
            Issue.record("refused")
            return
        }
        #expect(accepted.mayBeShort)
    }
}

import Domain
import Foundation
import Testing

@testable import Jobs

struct DemoCatalogueTests {
    private static let sample = """
        {
          "series": [{"slug": "one", "title_ko": "하나", "title_en": "One"}],
          "videos": [
            {"slug": "a", "file": "a.mp4", "picture": "a.jpg", "title_ko": "가", "title_en": "A", "duration_ms": 25000,
             "series": "one", "episode": 1, "age_min": 3, "age_max": 6,
             "labels": [{"kind": "area", "name": "nature", "weight": 0.5}]}
          ],
          "families": [
            {"phone": "010-0000-0009", "language": "ko", "time_zone": "Asia/Seoul",
             "children": [{"nickname": "나", "age_months": 50, "avatar": "bear", "approved_only": false,
                           "search_enabled": true, "autoplay_cap": 1, "favourites": ["a"]}],
             "watching": [{"child": "나", "days_ago": 1, "at": "17:05", "video": "a", "watched_share": 0.5,
                           "surface": "home"}]}
          ]
        }
        """

    private let curriculum: Curriculum

    init() throws {
        curriculum = try .bundled()
    }

    @Test("what is right is read")
    func right() throws {
        let catalogue = try DemoCatalogue(json: Data(Self.sample.utf8), curriculum: curriculum)
        #expect(catalogue.clips.first?.areas == [.nature])
        #expect(catalogue.families.first?.watching.first?.minute == 17 * 60 + 5)
    }

    @Test(
        "what is wrong is named by its place",
        arguments: [
            ("\"slug\": \"one\"", "\"slog\": \"one\"", "series[0].slug is missing"),
            ("\"duration_ms\": 25000", "\"duration_ms\": \"long\"", "videos[0].duration_ms is not a whole number"),
            ("\"duration_ms\": 25000", "\"duration_ms\": 0", "videos[0].duration_ms is not from 1 ms to an hour"),
            ("\"age_max\": 6", "\"age_max\": 2", "videos[0].age_max with age_min is no age band within 0...12"),
            ("\"weight\": 0.5", "\"weight\": 1.5", "videos[0].labels[0].weight is not above 0 and at most 1"),
            ("\"name\": \"nature\"", "\"name\": \"sport\"", "videos[0].labels[0].name is not a label of this kind"),
            (
                "\"kind\": \"area\", \"name\": \"nature\"", "\"kind\": \"content\", \"name\": \"5.2.9\"",
                "videos[0].labels[0].name is no content of the curriculum"
            ),
            ("\"file\": \"a.mp4\"", "\"file\": \"../a.mp4\"", "videos[0].file is not the name of a file"),
            ("\"series\": \"one\"", "\"series\": \"two\"", "videos[0].series names no series of this file"),
            ("010-0000-0009", "02-123-4567", "families[0].phone is not a Korean mobile number"),
            ("Asia/Seoul", "Asia/Nowhere", "families[0].time_zone is not a time zone"),
            ("\"bear\"", "\"dragon\"", "families[0].children[0].avatar is not a picture a child can choose"),
            ("17:05", "25:05", "families[0].watching[0].at is not a time of day like 17:05"),
            ("\"days_ago\": 1", "\"days_ago\": 0", "families[0].watching[0].days_ago is not from 1 to 365"),
            ("\"child\": \"나\"", "\"child\": \"너\"", "families[0].watching[0].child names no child of this family"),
            ("\"video\": \"a\"", "\"video\": \"b\"", "families[0].watching[0].video names no video of this file"),
            ("\"families\": [", "\"families\": 7, \"x\": [", "families is not a list"),
        ]
    )
    func wrong(_ old: String, _ new: String, _ sentence: String) throws {
        let text = Self.sample.replacing(old, with: new)
        try #require(text != Self.sample)
        do {
            _ = try DemoCatalogue(json: Data(text.utf8), curriculum: curriculum)
            Issue.record("it was read: \(new)")
        } catch {
            #expect(error.description == sentence)
        }
    }

    @Test("what is no JSON is said to be none, with the line", arguments: ["", "{", "[1, 2", "{\n\"series\": [}\n"])
    func noJSON(_ text: String) {
        do {
            _ = try DemoCatalogue(json: Data(text.utf8), curriculum: curriculum)
            Issue.record("it was read")
        } catch {
            #expect(error.description.hasPrefix("the file is not"), "\(error)")
        }
    }

    @Test("beats add up to what was watched, ten seconds apart, and the end is an end")
    func beats() throws {
        let start = Instant(millisecondsSince1970: 1_000_000)
        let whole = DemoWeek.beats(from: start, duration: .seconds(25), share: 1)
        #expect(whole.map(\.played) == [.seconds(10), .seconds(10), .seconds(5)])
        #expect(whole.map(\.state) == [.playing, .playing, .ended])
        #expect(whole.map(\.number) == [1, 2, 3])
        #expect(whole.last?.at == start + .seconds(25))
        let part = DemoWeek.beats(from: start, duration: .seconds(25), share: 0.5)
        #expect(part.map(\.played.milliseconds) == [10_000, 2_500])
        #expect(part.last?.state == .paused)
    }

    @Test("days ago are the family's days")
    func days() throws {
        // 23 November 2026, 00:30 in Seoul, which is still the 22nd in UTC.
        let now = Instant(millisecondsSince1970: 1_795_361_400_000)
        let week = try #require(DemoWeek(now: now, zone: "Asia/Seoul"))
        let calendar = try #require(FamilyCalendar(zone: "Asia/Seoul"))
        let at = try #require(week.instant(daysAgo: 1, minute: 17 * 60 + 5))
        #expect(calendar.day(of: now).description == "2026-11-23")
        #expect(calendar.day(of: at).description == "2026-11-22")
        #expect((at - now).milliseconds == -(7 * 60 + 25) * 60_000)
        #expect(DemoWeek(now: now, zone: "Asia/Nowhere") == nil)
    }
}

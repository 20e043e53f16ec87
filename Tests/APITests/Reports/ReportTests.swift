import API
import Contract
import Domain
import Foundation
import HTTPTypes
import SQL
import ServerKit
import Storage
import TestSupport
import Testing

@Suite("A parent's report")
struct ReportTests {
    private static let korean: HTTPFields = [.acceptLanguage: "ko"]
    private static let english: HTTPFields = [.acceptLanguage: "en"]

    /// Minji, of four, and a week of hers; the clock stands at the Monday after it, ten in the morning.
    private struct Week: Sendable {
        let api: APIFixture
        let family: APIFixture.Family
        let counting: Video.ID
        let song: Video.ID
        let unlabelled: Video.ID
        /// Of the area of communication, never watched.
        let story: Video.ID
        let guardian: SignedIn

        static func run(_ engine: Engine, _ test: @Sendable @escaping (Week) async throws -> Void) async throws {
            try await APIFixture.run(engine) { api in try await test(try await Week(api)) }
        }

        init(_ api: APIFixture) async throws {
            self.api = api
            let labels = [
                try await api.addLabel(.area, "nature"), try await api.addLabel(.topic, "numbers"),
                try await api.addLabel(.character, "두리"),
            ]
            let (art, words) = (try await api.addLabel(.area, "art"), try await api.addLabel(.area, "communication"))
            let series = try await api.addSeries("하나둘셋")
            (counting, song, unlabelled, story) = (
                try await api.publish("하나 둘 셋") {
                    ($0.labels, $0.series, $0.episode) = (labels, series, 1)
                }, try await api.publish("곰 세 마리 노래") { $0.labels = [art, labels[0]] },
                try await api.publish("처음 보는 <영상>"), try await api.publish("이야기 하나") { $0.labels = [words] }
            )
            family = try await api.family()
            var rules = APIFixture.rules
            rules["minutes"] = APIFixture.every(30)
            rules["fun"] = APIFixture.every(nil)
            rules["bedtimes"] = [["weekdays": ["tuesday"], "start": "20:30", "end": "06:30"]]
            try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
            let counting = counting
            try await api.database.write { transaction in
                try transaction.run(
                    """
                    INSERT INTO video_content (video_id, edition, code, labelled_by, labelled_at)
                    VALUES (\(counting), 'nuri-2019', '5.2.2', 'test', 0)
                    """
                )
            }
            try await Self.watch(counting, song, unlabelled, family, api)
            // The sign-in of a week ago is over.
            guardian = try await api.signIn(Person.minji)
        }

        /// Monday 10:00: counting twice, the song once. Tuesday 20:00: 35 minutes with a bonus. Thursday 9:50: the others.
        private static func watch(
            _ counting: Video.ID,
            _ song: Video.ID,
            _ unlabelled: Video.ID,
            _ family: APIFixture.Family,
            _ api: APIFixture
        ) async throws {
            let start = api.clock.now
            try await api.watch(counting, seconds: 100, state: .ended, in: family)
            try await api.watch(counting, seconds: 90, in: family)
            try await api.watch(song, seconds: 60, in: family)
            let bonus: JSON = ["minutes": 15]
            try await api.send(.post, family.path + "/bonus", bonus, as: family.guardian.token).require(201)
            api.clock.jump(start + .days(1) + .hours(10) - api.clock.now)
            let token = try SignedIn(try await api.refresh(family.guardian.refreshToken).require(200))
            let child = try await api.childToken(family.child, as: token.token)
            let evening = APIFixture.Family(guardian: token, child: family.child, childToken: child)
            let long = try await api.publish("긴 노래") { $0.duration = .minutes(25) }
            try await api.watch(long, seconds: 20 * 60, in: evening)
            api.clock.jump(start + .days(3) - .minutes(10) - api.clock.now)
            let later = try SignedIn(try await api.refresh(token.refreshToken).require(200))
            let morning = APIFixture.Family(
                guardian: later,
                child: family.child,
                childToken: try await api.childToken(family.child, as: later.token)
            )
            try await api.watch(unlabelled, seconds: 20, in: morning)
            try await api.watch(counting, seconds: 110, in: morning)
            api.clock.jump(start + .days(7) - api.clock.now)
        }

        func get(_ path: String, _ headers: HTTPFields = ReportTests.korean) async throws -> APIAnswer {
            try await api.send(.get, family.path + path, as: guardian.token, headers: headers)
        }
    }

    @Test("tells the week as it was: days, hours, rules, themes, series, favourites", arguments: Engine.allCases)
    func week(engine: Engine) async throws {
        try await Week.run(engine) { week in
            let answer = try await week.get("/report?of=2026-11-25").require(200)
            let report = answer.json
            #expect(answer.headers[.contentLanguage] == "ko")
            #expect(report["period"] == ["kind": "week", "from": "2026-11-23", "to": "2026-11-29", "complete": true])
            #expect(report["age"] == 4)
            let days = report["days"].array
            #expect(days.map { $0["watched_ms"].int } == [250_000, 1_200_000, nil, 130_000, nil, nil, nil])
            #expect(days.map { $0["missing"]["code"].string }[2] == "not_watched")
            #expect(days.map { $0["limit_ms"].int } == [2_700_000] + Array(repeating: 1_800_000, count: 6))
            #expect(report["total"]["value"]["watched_ms"] == 1_580_000)
            let hours = report["hours"]["value"].array.filter { ($0["watched_ms"].int ?? 0) > 0 }
            #expect(hours.map { $0["hour"].int } == [9, 10, 20])
            #expect(hours.map { $0["watched_ms"].int } == [130_000, 250_000, 1_200_000])
            #expect(report["rhythm"]["value"]["evenings_close_to_bed"] == 1)
            #expect(report["longest_sitting"]["value"]["watched_ms"] == 1_200_000)
            #expect(report["average"]["state"] == "unknown")

            let areas = report["themes"]["value"]["areas"].array
            #expect(areas.map { $0["area"].string } == ["body", "communication", "social", "art", "nature"])
            #expect(areas.map { $0["met"] } == [false, false, false, true, true])
            #expect(areas[4]["videos"] == 2)
            let categories = areas[4]["categories"]["value"].array
            #expect(categories.map { $0["met"] } == [false, true, false])
            #expect(categories[1]["contents"][0]["sentence"] == "물체를 세어 수량을 알아본다")
            #expect(report["new_and_repeated"]["value"]["plays"] == 6)
            #expect(report["new_and_repeated"]["value"]["new_videos"] == 4)
            #expect(report["new_and_repeated"]["value"]["most_played"]["times"] == 3)
            #expect(report["series"][0]["latest_episode"] == 1)
            #expect(report["topics"][0] == ["name": "numbers", "title": "숫자", "videos": 1, "watched_ms": 300_000])
            #expect(report["characters"][0]["name"] == "두리")
            #expect(report["left_early"].array.map { $0["title"] } == ["처음 보는 <영상>"])
            #expect(report["choosing"]["value"] == ["chosen": 6, "automatic": 0])
            #expect(report["together"].array.count == 3)
            #expect(report["guidance"]["text"].string?.contains("WHO") == true)
            let suggested = report["suggestions"].array
            #expect(suggested.map { $0["area"] } == ["communication"])
            #expect(suggested[0]["videos"].array.map { $0["id"].string } == [week.story.description])
            #expect(suggested[0]["videos"][0]["reason"]["code"] == "balance")
        }
    }

    @Test("is asked for a day, a week or a month; today's week where nothing is said", arguments: Engine.allCases)
    func periods(engine: Engine) async throws {
        try await Week.run(engine) { week in
            func period(_ query: String) async throws -> [JSON] {
                let report = try await week.get("/report" + query).require(200).json
                return [report["period"]["from"], report["period"]["to"], report["period"]["complete"]]
            }
            #expect(try await period("") == ["2026-11-30", "2026-12-06", false])
            #expect(try await period("?period=day&of=2026-11-24") == ["2026-11-24", "2026-11-24", true])
            #expect(try await period("?period=month") == ["2026-11-01", "2026-11-30", false])
            let month = try await week.get("/report?period=month").require(200).json
            #expect(month["days"][0]["missing"]["code"] == "before_child")
            #expect(month["days"].array.count == 30)
            #expect(month["advice"] == [], "advice speaks of weeks")
            let day = try await week.get("/report?period=day").require(200).json
            #expect(day["total"]["missing"]["code"] == "not_watched")
            #expect(day["themes"]["missing"]["text"] == "킥킥에서 본 영상이 없어요")
        }
    }

    @Test("a time before the child or to come is refused by its name", arguments: Engine.allCases)
    func refusedTimes(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let before = try await api.contents()
            for (query, code) in [
                ("?of=2026-11-15", "before_the_child"), ("?period=day&of=2026-11-22", "before_the_child"),
                ("?period=month&of=0001-01-01", "before_the_child"), ("?of=2026-11-30", "in_the_future"),
                ("?period=day&of=2026-11-24", "in_the_future"), ("?period=month&of=9999-12-31", "in_the_future"),
                ("?of=2026-02-30", "malformed"), ("?period=year", "not_one_of"),
            ] {
                for path in ["/report", "/report.html", "/report/chart.svg", "/report/chart.png"] {
                    let answer = try await api.send(.get, family.path + path + query, as: family.guardian.token)
                    answer.expect(.invalidField, path + query)
                    let field = query.contains("year") ? "period" : "of"
                    #expect(answer.json["errors"][0] == ["field": .string(field), "code": .string(code)])
                }
            }
            // The week in which the profile was made is there, though it began before.
            try await api.send(.get, family.path + "/report?of=2026-11-23", as: family.guardian.token).require(200)
            #expect(
                try await api.contents() == before,
                "nothing was watched: there is no advice to keep"
            )
        }
    }

    @Test("advice is given once and said again, and not three weeks running", arguments: Engine.allCases)
    func advice(engine: Engine) async throws {
        try await Week.run(engine) { week in
            let api = week.api
            func rules(_ of: String) async throws -> [String] {
                let report = try await week.get("/report?of=\(of)").require(200).json
                return report["advice"].array.compactMap { $0["rule"].string }
            }
            let first = try await rules("2026-11-23")
            #expect((1...3).contains(first.count))
            let kept = try await api.contents().tables["advice"]
            #expect(kept?.count == first.count)
            #expect(try await rules("2026-11-29") == first)
            #expect(try await api.contents().tables["advice"] == kept)
            // The weeks before and after were the same, and their reports were opened.
            let (child, now) = (week.family.child, api.clock.now)
            try await api.database.write { transaction in
                try transaction.run("DELETE FROM advice")
                for monday in ["2026-11-16", "2026-11-30"] {
                    for rule in first {
                        try transaction.run(
                            """
                            INSERT INTO advice (child_id, week, rule, given_at)
                            VALUES (\(child), \(monday), \(rule), \(now))
                            """
                        )
                    }
                }
            }
            #expect(try await Set(rules("2026-11-23")).isDisjoint(with: first))
        }
    }

    @Test("speaks the language that is asked for, else the guardian's", arguments: Engine.allCases)
    func languages(engine: Engine) async throws {
        try await Week.run(engine) { week in
            let isHangul = { (text: String) in text.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) } }
            let story = week.story
            try await week.api.database.write { transaction in
                try transaction.run(
                    "UPDATE video SET own_title_ko = '이야기 하나', own_title_en = 'A story' WHERE id = \(story)"
                )
                try transaction.run("UPDATE catalogue_version SET version = version + 1 WHERE id = 1")
            }
            let english = try await week.get("/report?of=2026-11-25", Self.english).require(200)
            #expect(english.headers[.contentLanguage] == "en")
            #expect(english.json["suggestions"][0]["videos"][0]["title"] == "A story")
            #expect(english.headers[.vary] == "Accept-Language")
            for key in ["summary", "average", "advice", "themes", "guidance", "topics"] {
                let texts = english.json[key].strings.filter { $0 != "두리" }
                #expect(!texts.isEmpty && texts.allSatisfy { !isHangul($0) }, "\(key): \(texts)")
            }
            // Nothing we speak is asked for: then it is the guardian's.
            try await week.api.send(.patch, "/v1/me", ["language": "en"], as: week.guardian.token).require(200)
            for headers: HTTPFields in [[:], [.acceptLanguage: "fr-FR"], [.acceptLanguage: "*"]] {
                let answer = try await week.get("/report?of=2026-11-25", headers).require(200)
                #expect(!isHangul(answer.json["summary"].string ?? ""), "\(headers)")
            }
            try await week.api.send(.patch, "/v1/me", ["language": "ko"], as: week.guardian.token).require(200)
            let none = try await week.get("/report?of=2026-11-25", [:]).require(200)
            #expect(isHangul(none.json["summary"].string ?? ""))
        }
    }

    @Test("as a page: real headings and tables, names escaped, nothing that runs or loads", arguments: Engine.allCases)
    func page(engine: Engine) async throws {
        try await Week.run(engine) { week in
            let nickname: JSON = ["nickname": "<b>지&\"우"]
            let token = week.guardian.token
            try await week.api.send(.patch, week.family.path, nickname, as: token).require(200)
            for (language, headers) in [("ko", Self.korean), ("en", Self.english)] {
                for query in ["?of=2026-11-25", "?period=month&of=2026-11-25", "?period=day&of=2026-11-24", ""] {
                    let answer = try await week.get("/report.html" + query, headers).require(200)
                    #expect(answer.headers[.contentType] == "text/html; charset=utf-8")
                    #expect(answer.headers[.contentLanguage] == language)
                    let policy = try #require(answer.headers[.contentSecurityPolicy])
                    #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"))
                    Self.check(answer.text, language)
                }
            }
            let page = try await week.get("/report.html?of=2026-11-25").require(200).text
            for text in [
                "&lt;b&gt;지&amp;&quot;우의 시청 이야기", "2026년 11월 23일 – 29일", "처음 보는 &lt;영상&gt;", "이야기 하나", "20분",
                "킥킥에서 본 영상이 없어요", "정한 시간", "물체를 세어 수량을 알아본다", "세계보건기구",
            ] {
                #expect(page.contains(text), "\(text)")
            }
        }
    }

    private static func check(_ page: String, _ language: String) {
        let reading = XMLReading(
            page.replacing("<!doctype html>", with: "").replacing(/<meta [^>]*>/, with: "")
                .replacing(/<style>[^<]*<\/style>/, with: "")
        )
        #expect(reading.isWellFormed)
        #expect(page.hasPrefix("<!doctype html>\n<html lang=\"\(language)\">"))
        #expect(reading.elements["h1"] == 1 && reading.elements["main"] == 1)
        #expect((reading.elements["h2"] ?? 0) >= 5)
        #expect(reading.elements["caption"] == reading.elements["table"])
        for svg in page.matches(of: /<svg[\s\S]*?<\/svg>/) {
            #expect(svg.output.contains("role=\"img\"") && svg.output.contains("<desc id="))
        }
        let ids = page.matches(of: /id="([^"]+)"/).map(\.1)
        #expect(Set(ids).count == ids.count, "an id stands twice")
        #expect(!page.contains("<script") && !page.contains("style=") && !page.contains("<img"))
        #expect(!page.contains("Optional(") && !page.contains("nil") && !page.contains("{{"))
        let words = page.replacing(/<style>[^<]*<\/style>/, with: "").replacing(/<[^>]*>/, with: " ")
        for word in ["점수", "부족", "달성", "score", "percent"] { #expect(!words.contains(word), "\(word)") }
    }

    @Test("its days as a drawing and as a picture", arguments: Engine.allCases)
    func chart(engine: Engine) async throws {
        try await Week.run(engine) { week in
            let drawing = try await week.get("/report/chart.svg?of=2026-11-25").require(200)
            #expect(drawing.headers[.contentType] == "image/svg+xml")
            #expect(XMLReading(drawing.text).isWellFormed)
            #expect(drawing.text.contains("2026년 11월 23일 – 29일"))
            let picture = try await week.get("/report/chart.png?of=2026-11-25").require(200)
            #expect(picture.headers[.contentType] == "image/png")
            #expect(picture.data.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
            #expect(Array(picture.data[16..<20]) == [0, 0, 4, 56], "1,080 points wide")
            for query in ["?period=month", "?period=day&of=2026-11-24", ""] {
                try await week.get("/report/chart.png" + query).require(200)
            }
            // A day without anything has no hours to draw.
            try await week.get("/report/chart.png?period=day&of=2026-11-25").expect(.notFound)
        }
    }

    @Test("rules that change are told from the day they changed", arguments: Engine.allCases)
    func changedRules(engine: Engine) async throws {
        try await Week.run(engine) { week in
            var rules = APIFixture.rules
            rules["minutes"] = APIFixture.every(60)
            rules["fun"] = APIFixture.every(nil)
            let token = week.guardian.token
            try await week.api.send(.put, week.family.path + "/rules", rules, as: token).require(200)
            func limits(_ query: String) async throws -> [Int64?] {
                try await week.get("/report" + query).require(200).json["days"].array.map { $0["limit_ms"].int }
            }
            #expect(try await limits("?of=2026-11-25")[3] == 1_800_000)
            #expect(try await limits("") == Array(repeating: 3_600_000, count: 7))
            try await week.api.send(.put, week.family.path + "/rules", APIFixture.noLimits, as: token).require(200)
            #expect(try await limits("") == Array(repeating: nil, count: 7), "the last rules of a day are the day's")
            #expect(try await limits("?period=month&of=2026-11-30").suffix(2) == [1_800_000, nil])
            #expect(try await limits("?period=month&of=2026-11-30").prefix(22).allSatisfy { $0 == nil })
        }
    }

    @Test("a video that the end of its budget cut off was not left by the child", arguments: Engine.allCases)
    func cutOff(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let nature = try await api.addLabel(.area, "nature")
            let family = try await api.family()
            var rules = APIFixture.noLimits
            rules["fun"] = APIFixture.every(5)
            rules["may_offer_what_cannot_finish"] = true
            try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
            let glimpsed = try await api.publish("잠깐 본 것") { $0.duration = .minutes(25) }
            let cutOff = try await api.publish("더 보고 싶은 것") { $0.duration = .minutes(25) }
            let learning = try await api.publish("숫자") { ($0.duration, $0.labels) = (.minutes(25), [nature]) }
            try await api.watch(glimpsed, seconds: 30, in: family)
            try await api.watch(cutOff, seconds: 270, in: family)
            try await api.watch(learning, seconds: 60, in: family)
            api.clock.jump(.minutes(30))
            let token = try await api.signIn(Person.minji).token
            let report = try await api.send(.get, family.path + "/report", as: token).require(200).json
            #expect(report["days"][0]["watched_ms"] == 360_000 && report["days"][0]["limit_ms"] == nil)
            #expect(Set(report["left_early"].array.compactMap { $0["title"].string }) == ["잠깐 본 것", "숫자"])
        }
    }

    @Test("what was removed after its time is said to be, and totals stay", arguments: Engine.allCases)
    func removedPlays(engine: Engine) async throws {
        try await Week.run(engine) { week in
            let averages = week.api.services.stores.averages
            let now = week.api.clock.now
            while try await averages.count(now: now, limit: 100).done > 0 {}
            while try await averages.removePlays(before: now, limit: 100) > 0 {}
            let report = try await week.get("/report?of=2026-11-25").require(200).json
            #expect(report["total"]["value"]["watched_ms"] == 1_580_000)
            #expect(report["hours"]["value"].array.count == 24)
            #expect(report["themes"]["missing"]["code"] == "no_longer_kept")
            #expect(report["together"] == [])
            // To count what is left anew brings no play back.
            #expect(try await averages.recount(losing: true) == .begun)
            while try await averages.count(now: now, limit: 100).done > 0 {}
            let anew = try await week.get("/report?of=2026-11-25").require(200).json
            #expect(anew["themes"] == report["themes"])
        }
    }
}

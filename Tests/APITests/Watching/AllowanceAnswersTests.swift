import Domain
import HTTPTypes
import ServerKit
import TestSupport
import Testing

@Suite("What a child has left stands on every answer about its videos")
struct AllowanceAnswersTests {
    @Test("lists, a series and a single video say the same as the home", arguments: Engine.allCases)
    func lists(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let series = try await api.addSeries("하나둘셋")
            let video = try await api.publish("노래 하나") {
                ($0.series, $0.episode, $0.duration) = (series, 1, .seconds(60))
            }
            var rules = APIFixture.noLimits
            rules["minutes"] = APIFixture.every(7)
            rules["search_enabled"] = true
            try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
            try await api.watch(video, seconds: 30, in: family)
            let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200).json
            #expect(home["allowance"]["remaining_ms"] == 390_000)
            for path in [
                "recommendations", "videos/\(video)", "videos/\(video)/similar", "series/\(series)",
                "search?q=%EB%85%B8%EB%9E%98", "history", "favourites",
            ] {
                let answer = try await api.send(.get, "\(family.path)/\(path)", as: family.childToken).require(200).json
                #expect(answer["allowance"] == home["allowance"], "\(path)")
            }
            for path in ["catalogue", "approvals", "less-of"] {
                let answer = try await api.send(.get, "\(family.path)/\(path)", as: family.guardian.token).require(200)
                #expect(answer.json["allowance"] == home["allowance"], "\(path)")
            }
        }
    }

    @Test("a play that time rules do not let begin is refused with it", arguments: Engine.allCases)
    func refusals(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let family = try await api.family()
            let video = try await api.publish("노래") { $0.duration = .minutes(3) }
            func refused(_ surface: String = "home", _ change: (inout JSON) -> Void) async throws -> JSON {
                var rules = APIFixture.noLimits
                change(&rules)
                try await api.send(.put, family.path + "/rules", rules, as: family.guardian.token).require(200)
                let home = try await api.send(.get, family.path + "/home", as: family.childToken).require(200).json
                let answer = try await api.send(
                    .post,
                    family.path + "/plays",
                    ["video_id": .string(video.description), "surface": .string(surface)],
                    as: family.childToken
                ).require(403).json
                #expect(answer["allowance"] == home["allowance"])
                return answer
            }
            let autoplay = try await refused("autoplay") {
                $0["minutes"] = APIFixture.every(60)
                $0["autoplay_cap"] = 0
            }
            #expect(autoplay["code"] == "autoplay_over" && autoplay["allowance"]["remaining_ms"] == 3_600_000)
            let short = try await refused { $0["minutes"] = APIFixture.every(2) }
            #expect(short["code"] == "cannot_finish" && short["allowance"]["remaining_ms"] == 120_000)
            let bedtime = try await refused {
                $0["bedtimes"] = [["weekdays": ["monday"], "start": "09:00", "end": "11:00"]]
            }
            #expect(bedtime["code"] == "bedtime" && bedtime["allowance"]["cause"] == "bedtime")
            let over = try await refused { $0["minutes"] = APIFixture.every(0) }
            #expect(over["code"] == "time_over" && over["allowance"]["over"] == true)
            // What has nothing to do with time says nothing of it.
            try await api.send(.put, "\(family.path)/blocks/video/\(video)", as: family.guardian.token).require(204)
            let blocked = try await api.play(video, in: family).require(403).json
            #expect(blocked["code"] == "not_allowed" && blocked["allowance"] == .null)
        }
    }
}

import API
import Contract
import Domain
import HTTPTypes
import TestSupport
import Testing

/// Devices of one child that do as the answers say, over random rules: they play on for what they were last told is left,
/// ten seconds at most, and then send a beat.
@Suite("Minutes shared by several devices")
struct SharedMinutesTests {
    /// The longest a device plays before it asks again.
    private static let interval: Int64 = 10_000

    private struct Case: Sendable {
        let rules: JSON
        let bonus: Int64
        /// In milliseconds, bonus included; nil without a limit.
        let total: Int64
        let learning: Int64?
        let fun: Int64?

        init(_ random: inout SeededGenerator) {
            func budget() -> Int64? {
                Bool.random(using: &random) ? nil : .random(in: 0...3, using: &random)
            }
            let (minutes, learning, fun) = (Int64.random(in: 1...4, using: &random), budget(), budget())
            bonus = Bool.random(using: &random) ? .random(in: 1...3, using: &random) : 0
            var rules = APIFixture.noLimits
            rules["minutes"] = APIFixture.every(minutes)
            rules["learning"] = APIFixture.every(learning)
            rules["fun"] = APIFixture.every(fun)
            // Long films, so that none is so near its end that it may finish.
            rules["may_offer_what_cannot_finish"] = true
            self.rules = rules
            let both = learning.flatMap { learning in fun.map { learning + $0 } }
            total = (min(minutes, both ?? minutes) + bonus) * 60_000
            let added = bonus
            self.learning = learning.map { ($0 + added) * 60_000 }
            self.fun = fun.map { ($0 + added) * 60_000 }
        }
    }

    private struct Device {
        let play: Play.ID
        let category: Allowance.Category
        var number: Int64 = 0
        var position: Int64 = 0
        /// What it was last told is left, and how much of that it has played since.
        var told: Int64
        var played: Int64 = 0
        var isOver = false
    }

    private struct World {
        let api: APIFixture
        let family: APIFixture.Family
        let one: Case
        let films: [Allowance.Category: Video.ID]
        var devices: [Device] = []
        var watched: [Allowance.Category: Int64] = [.learning: 0, .fun: 0]

        private func limit(_ category: Allowance.Category) -> Int64? {
            category == .learning ? one.learning : one.fun
        }

        private var used: Int64 { watched.values.reduce(0, +) }

        private func left(for category: Allowance.Category) -> Int64 {
            max(0, min(one.total - used, limit(category).map { $0 - (watched[category] ?? 0) } ?? .max))
        }

        /// Begins to play, where the server lets it.
        mutating func begin(_ category: Allowance.Category) async throws {
            let film = try #require(films[category])
            let answer = try await api.play(film, in: family)
            guard left(for: category) > 0 else {
                answer.expect(.timeOver)
                return
            }
            let play = try answer.require(201).json
            #expect(play["allowance"]["remaining_ms"].int == left(for: category))
            #expect(play["allowance"]["may_finish"] == false)
            let id = try #require(play["play_id"].string.flatMap(Play.ID.init))
            devices.append(Device(play: id, category: category, told: left(for: category)))
        }

        /// Time passes, and every device plays as long as it may.
        mutating func pass(_ milliseconds: Int64) {
            api.clock.advance(Span(milliseconds: milliseconds))
            for place in devices.indices where !devices[place].isOver {
                let device = devices[place]
                let most = min(SharedMinutesTests.interval, device.told) - device.played
                devices[place].played += min(milliseconds, most)
            }
        }

        mutating func beat(_ place: Int) async throws {
            devices[place].number += 1
            devices[place].position += devices[place].played
            let device = devices[place]
            watched[device.category, default: 0] += device.played
            let beat = PlayLedger.Beat(
                number: device.number,
                at: api.clock.now,
                position: Span(milliseconds: device.position),
                played: Span(milliseconds: device.played),
                state: .playing
            )
            let answer = try await api.beats(device.play, [beat], as: family.childToken).require(200).json
            let allowance = answer["allowance"]
            let left = left(for: device.category)
            #expect(answer["accepted"] == 1)
            #expect(allowance["watched_today_ms"].int == used)
            #expect(allowance["total_left_ms"].int == max(0, one.total - used))
            for (key, category) in [("learning_left_ms", Allowance.Category.learning), ("fun_left_ms", .fun)] {
                #expect(allowance[key].int == limit(category).map { max(0, $0 - (watched[category] ?? 0)) })
            }
            #expect(allowance["remaining_ms"].int == left)
            #expect(allowance["over"] == .bool(left == 0) && allowance["may_finish"] == false)
            (devices[place].told, devices[place].played, devices[place].isOver) = (left, 0, left == 0)
        }

        /// A device can know of what the others play only from its next answer: each beyond the first may be one
        /// interval too long at most.
        func checkEnd() {
            func bound(_ granted: Int64, _ devices: [Device]) -> Int64 {
                granted + Int64(max(0, devices.count - 1)) * SharedMinutesTests.interval
            }
            #expect(used <= bound(one.total, devices))
            for category in Allowance.Category.allCases {
                guard let limit = limit(category) else { continue }
                #expect((watched[category] ?? 0) <= bound(limit, devices.filter { $0.category == category }))
            }
        }
    }

    @Test("what is watched together is what was granted", arguments: Engine.allCases)
    func together(engine: Engine) async throws {
        try await APIFixture.run(engine) { api in
            let area = try await api.addLabel(.area, CurriculumArea.nature.rawValue)
            let learning = try await api.publish("씨앗") { ($0.duration, $0.labels) = (.hours(2), [area]) }
            let fun = try await api.publish("춤") { $0.duration = .hours(2) }
            let guardian = try await api.signIn(Person.minji)
            var random = SeededGenerator(seed: 77)
            var worlds: [World] = []
            for number in 1...8 {
                let child = try await api.addChild("아이 \(number)", as: guardian.token)
                let family = APIFixture.Family(
                    guardian: guardian,
                    child: child,
                    childToken: try await api.childToken(child, as: guardian.token)
                )
                let one = Case(&random)
                try await api.send(.put, family.path + "/rules", one.rules, as: guardian.token).require(200)
                if one.bonus > 0 {
                    let body: JSON = ["minutes": .number(Double(one.bonus))]
                    try await api.send(.post, family.path + "/bonus", body, as: guardian.token).require(201)
                }
                worlds.append(World(api: api, family: family, one: one, films: [.learning: learning, .fun: fun]))
            }
            for var world in worlds {
                for _ in 0..<Int.random(in: 2...3, using: &random) {
                    try await world.begin(Allowance.Category.allCases.randomElement(using: &random) ?? .fun)
                }
                var rounds = 0
                while world.devices.contains(where: { !$0.isOver }), rounds < 400 {
                    rounds += 1
                    world.pass(.random(in: 1_000...Self.interval, using: &random))
                    for place in world.devices.indices.shuffled(using: &random) where !world.devices[place].isOver {
                        let device = world.devices[place]
                        // Sometimes it waits with its beat, as long as it may.
                        let mustAsk = device.played == min(Self.interval, device.told)
                        if mustAsk || Bool.random(using: &random) { try await world.beat(place) }
                    }
                }
                #expect(rounds < 400)
                world.checkEnd()
                for category in Set(world.devices.map(\.category)) { try await world.begin(category) }
            }
        }
    }
}

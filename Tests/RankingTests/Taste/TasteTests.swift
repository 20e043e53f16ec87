import Ranking
import Testing

private let day: Int64 = 86_400_000

@Suite("Ratings from watching")
struct WatchRatingTests {
    private let rating = WatchRating()

    @Test("The ratio is time over length, and nothing without a length")
    func ratio() {
        #expect(WatchRating.ratio(watchedMilliseconds: 30_000, durationMilliseconds: 60_000) == 0.5)
        #expect(WatchRating.ratio(watchedMilliseconds: 180_000, durationMilliseconds: 60_000) == 3)
        #expect(WatchRating.ratio(watchedMilliseconds: 30_000, durationMilliseconds: 0) == 0)
        #expect(WatchRating.ratio(watchedMilliseconds: -1, durationMilliseconds: 60_000) == 0)
    }

    @Test("Repeats count, each less than the one before, up to the cap")
    func repeats() {
        #expect(rating.strength(ratio: 0.5) == 0.5)
        #expect(rating.strength(ratio: 1) == 1)
        #expect(rating.strength(ratio: 2) == 1.25)
        #expect(rating.strength(ratio: 4) == 1.5)
        #expect(rating.strength(ratio: 8) == 1.75)
        #expect(rating.strength(ratio: 5_000) == 1.75)
        #expect(rating.strength(ratio: .nan) == 0)
        #expect(rating.strength(ratio: -3) == 0)
    }

    @Test("A rating halves with the half-life, and no pair of times breaks it")
    func decay() {
        #expect(rating.decay(since: 0, now: 30 * day) == 0.5)
        #expect(rating.decay(since: 5, now: 0) == 1)
        #expect(rating.decay(since: .min, now: .max) == 0)
        #expect(rating.rating(ratio: 2, lastWatchedAt: 0, now: 60 * day) == 1.25 / 4)
    }
}

@Suite("Taste vectors")
struct TasteVectorTests {
    typealias Contribution = TasteVector.Contribution

    private let rating = WatchRating()
    private let names = (0..<14).map { "label-\($0)" }

    private func contribution(_ random: inout SplitMix64, at time: Int64) -> Contribution {
        var labels: [String: Double] = [:]
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            labels[names[Int.random(in: names.indices, using: &random)]] = Double.random(in: 0.1...1, using: &random)
        }
        return Contribution(labels: labels, ratio: Double.random(in: 0...5, using: &random), lastWatchedAt: time)
    }

    @Test("Counting play by play gives what reckoning the whole history gives", arguments: UInt64(0)..<60)
    func incrementalIsRecount(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var taste = TasteVector()
        var history: [Int: Contribution] = [:]
        var now: Int64 = 1_750_000_000_000
        for _ in 0..<200 {
            now += Int64.random(in: -day / 8...day / 2, using: &random)
            let video = Int.random(in: 0..<25, using: &random)
            let forgets = Int.random(in: 0..<12, using: &random) == 0
            let new = forgets ? nil : contribution(&random, at: now - Int64.random(in: 0...day, using: &random))
            taste.replace(history[video], with: new, rating: rating, at: now)
            history[video] = new
        }
        let videos = history.keys.sorted()
        let recount = TasteVector.reckoned(from: videos.compactMap { history[$0] }, rating: rating, at: taste.asOf)
        #expect(recount.asOf == taste.asOf)
        for name in names {
            #expect(abs((taste.sums[name] ?? 0) - (recount.sums[name] ?? 0)) < 1e-9)
        }
    }

    @Test("A child that forgets everything has no taste left")
    func forgetting() {
        var random = SplitMix64(seed: 7)
        var taste = TasteVector()
        let all = (0..<20).map { contribution(&random, at: Int64($0) * day) }
        for item in all { taste.replace(nil, with: item, rating: rating, at: item.lastWatchedAt) }
        for item in all.reversed() { taste.replace(item, with: nil, rating: rating, at: 40 * day) }
        #expect(taste.sums.isEmpty)
    }

    @Test("Time scales a taste and does not turn it")
    func timeOnlyScales() throws {
        let songs = Contribution(labels: ["song": 1, "bear": 0.5], ratio: 1, lastWatchedAt: 0)
        let early = TasteVector.reckoned(from: [songs], rating: rating, at: 0)
        let late = TasteVector.reckoned(from: [songs], rating: rating, at: 90 * day)
        let space = VectorSpace.raw(labelCount: 2)
        let number = ["song": 0, "bear": 1]
        let distance = early.placed(in: space) { number[$0] }
            .squaredDistance(to: late.placed(in: space) { number[$0] })
        #expect(distance < 1e-20)
        let song = try #require(early.sums["song"])
        #expect(abs((late.sums["song"] ?? 0) - song / 8) < 1e-12)
    }

    @Test("A placed taste has length 1, weighs labels as the space does and drops what the space lost")
    func placing() {
        let taste = TasteVector.reckoned(
            from: [Contribution(labels: ["song": 1, "gone": 1, "bear": 1], ratio: 1, lastWatchedAt: 0)],
            rating: rating,
            at: 0
        )
        let number = ["song": 0, "bear": 1]
        let placed = taste.placed(in: VectorSpace(factors: [3, 4], scaling: .none)) { number[$0] }
        #expect(placed.labels == [0, 1])
        #expect(abs(placed.weights[0] - 0.6) < 1e-12 && abs(placed.weights[1] - 0.8) < 1e-12)
        #expect(TasteVector().placed(in: .raw(labelCount: 2)) { number[$0] }.isZero)
    }

    @Test("A taste is read back as it was written", arguments: UInt64(0)..<20)
    func roundTrip(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let history = (0..<Int(seed)).map { contribution(&random, at: Int64($0) * day) }
        let taste = TasteVector.reckoned(from: history, rating: rating, at: 21 * day)
        #expect(TasteVector(encoded: taste.encoded) == taste)
        #expect(TasteVector(encoded: taste.encoded)?.encoded == taste.encoded)
    }

    @Test("Ids of any script are read back")
    func scripts() {
        let item = Contribution(labels: ["노래": 1, "": 0.5, "🐻": 0.25], ratio: 1, lastWatchedAt: -5)
        let taste = TasteVector.reckoned(from: [item], rating: rating, at: 0)
        #expect(taste.sums.count == 3)
        #expect(TasteVector(encoded: taste.encoded) == taste)
    }

    @Test("Garbage is no taste", arguments: UInt64(0)..<50)
    func garbage(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for _ in 0..<100 {
            let length = Int.random(in: 0...90, using: &random)
            var bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
            if !bytes.isEmpty, Bool.random(using: &random) { bytes[0] = 1 }
            #expect(TasteVector(encoded: bytes) == nil)
        }
    }

    @Test("A taste with one bit flipped, cut short or with more behind it is no taste")
    func damage() {
        var random = SplitMix64(seed: 3)
        let history = (0..<5).map { contribution(&random, at: Int64($0) * day) }
        let bytes = TasteVector.reckoned(from: history, rating: rating, at: 5 * day).encoded
        for place in bytes.indices {
            #expect(TasteVector(encoded: Array(bytes[..<place])) == nil)
            for bit in 0..<8 {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(bit)
                #expect(TasteVector(encoded: flipped) == nil)
            }
        }
        #expect(TasteVector(encoded: bytes + [0]) == nil)
        #expect(TasteVector(encoded: []) == nil)
    }

    @Test("Well-formed bytes that no taste would write are refused, with a right checksum too")
    func forged() {
        func sealed(_ bytes: [UInt8]) -> [UInt8] {
            let sum = bytes.reduce(UInt32(0x811c_9dc5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
            return bytes + (0..<4).map { UInt8(truncatingIfNeeded: sum >> (8 * UInt32($0))) }
        }
        let head: [UInt8] = [1] + Array(repeating: 0, count: 8)
        let one: [UInt8] = [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]
        let infinite: [UInt8] = [0, 0, 0, 0, 0, 0, 0xf0, 0x7f]
        #expect(TasteVector(encoded: sealed(head + [1, 0, 0, 0, 1, 0x61] + one)) != nil)
        #expect(TasteVector(encoded: sealed([2] + head.dropFirst() + [0, 0, 0, 0])) == nil, "unknown version")
        #expect(TasteVector(encoded: sealed(head + [255, 255, 255, 255])) == nil, "count without labels")
        #expect(TasteVector(encoded: sealed(head + [1, 0, 0, 0, 1, 0x61] + infinite)) == nil, "infinite sum")
        #expect(TasteVector(encoded: sealed(head + [1, 0, 0, 0, 1, 0xff] + one)) == nil, "not UTF-8")
        #expect(TasteVector(encoded: sealed(head + [2, 0, 0, 0, 1, 0x61] + one + [1, 0x61] + one)) == nil, "twice")
        #expect(TasteVector(encoded: sealed(head + [1, 0, 0, 0, 200, 0x61] + one)) == nil, "id longer than the rest")
    }
}

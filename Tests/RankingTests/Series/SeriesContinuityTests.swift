import Ranking
import Testing

@Suite("Series continuity")
struct SeriesContinuityTests {
    typealias Episode = SeriesContinuity.Episode<String>
    typealias Progress = SeriesContinuity.Progress

    private let continuity = SeriesContinuity()
    private let bears = [
        Episode(video: "bears 3", number: 30), Episode(video: "bears 1", number: 10),
        Episode(video: "bears 2", number: 20),
        Episode(video: "bears 4", number: 40),
    ]
    private let boats = [Episode(video: "boats 1", number: 1), Episode(video: "boats 2", number: 2)]

    private func watched(_ fractions: [String: Double], at times: [String: Int64] = [:]) -> (String) -> Progress? {
        { video in fractions[video].map { Progress(fraction: $0, lastWatchedAt: times[video] ?? 0) } }
    }

    @Test("The first episode comes first, and nothing comes after the last")
    func ends() {
        #expect(continuity.next(in: bears, progress: watched([:])) == .start("bears 1"))
        let all = watched(["bears 1": 1, "bears 2": 0.95, "bears 3": 1, "bears 4": 0.9])
        #expect(continuity.next(in: bears, progress: all) == nil)
        #expect(continuity.next(in: [Episode](), progress: all) == nil)
    }

    @Test("A finished episode leads to the next, an unfinished one is resumed, a wrong tap is no beginning")
    func nextOrResume() {
        #expect(continuity.next(in: bears, progress: watched(["bears 1": 1])) == .start("bears 2"))
        #expect(continuity.next(in: bears, progress: watched(["bears 1": 1, "bears 2": 0.4])) == .resume("bears 2"))
        #expect(continuity.next(in: bears, progress: watched(["bears 1": 1, "bears 2": 0.01])) == .start("bears 2"))
    }

    @Test("A child that jumped ahead is led back to the gap")
    func gap() {
        #expect(continuity.next(in: bears, progress: watched(["bears 1": 1, "bears 3": 1])) == .start("bears 2"))
        #expect(continuity.next(in: bears, progress: watched(["bears 1": 1, "bears 4": 0.5])) == .start("bears 2"))
    }

    @Test("Begun series come with the one watched last first; series not begun do not come")
    func severalSeries() {
        let progress = watched(["bears 1": 1, "boats 1": 0.5], at: ["bears 1": 5, "boats 1": 9])
        #expect(
            continuity.next(inEach: [bears, boats], progress: progress) == [.resume("boats 1"), .start("bears 2")]
        )
        #expect(continuity.next(inEach: [bears, boats], progress: watched(["boats 2": 1])) == [.start("boats 1")])
        #expect(continuity.next(inEach: [bears, boats], progress: watched([:])).isEmpty)
    }

    @Test("A list is kept in order, less what would jump ahead")
    func withoutLeaps() {
        let kept = continuity.withoutLeaps(
            ["bears 3", "song", "bears 1", "bears 2", "boats 2", "bears 4", "bears 3"],
            series: [bears, boats],
            progress: watched(["bears 1": 1])
        )
        #expect(kept == ["song", "bears 1", "bears 2", "bears 3"])
    }

    @Test("No list ever shows an episode before the unfinished ones it follows", arguments: UInt64(0)..<200)
    func property(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let series = (0..<3).map { key in
            (0..<Int.random(in: 0...6, using: &random)).map { number in
                SeriesContinuity.Episode(video: key * 10 + number, number: number * 3)
            }.shuffled(using: &random)
        }
        var fractions: [Int: Double] = [:]
        for episode in series.joined() where Bool.random(using: &random) {
            fractions[episode.video] = Double.random(in: 0...1, using: &random)
        }
        let progress = { (video: Int) in fractions[video].map { Progress(fraction: $0, lastWatchedAt: 0) } }
        let isFinished = { (video: Int) in (fractions[video] ?? 0) >= 0.9 }
        let list = (0..<30).shuffled(using: &random)
        let kept = continuity.withoutLeaps(list, series: series, progress: progress)

        for episodes in series {
            let next = continuity.next(in: episodes, progress: progress)
            let unfinished = episodes.map(\.video).filter { !isFinished($0) }.sorted()
            #expect(next?.video == unfinished.first)
            for (place, video) in kept.enumerated() where episodes.contains(where: { $0.video == video }) {
                let before = Set(kept[..<place])
                #expect(unfinished.filter { $0 < video }.allSatisfy(before.contains))
            }
        }
        let free = list.filter { video in !series.joined().contains { $0.video == video } }
        #expect(kept.filter(free.contains) == free)
    }
}

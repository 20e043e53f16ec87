import Domain
import Testing

@Suite("How far a child has come in a video")
struct ReachTests {
    @Test(
        "Begun is from a twentieth on, or from a minute, whichever is less",
        arguments: [
            (70, 3, false), (70, 4, true), (3_600, 59, false), (3_600, 60, true), (0, 60, false), (10, 0, false),
        ]
    )
    func begun(seconds: Int64, watched: Int64, isBegun: Bool) {
        #expect(Play.isBegun(.seconds(watched), of: .seconds(seconds)) == isBegun)
    }

    @Test(
        "Finished is from nine tenths on",
        arguments: [(100, 89, false), (100, 90, true), (100, 300, true), (0, 9, false)]
    )
    func finished(seconds: Int64, watched: Int64, isFinished: Bool) {
        #expect(Play.isFinished(.seconds(watched), of: .seconds(seconds)) == isFinished)
    }
}

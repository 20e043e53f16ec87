import Domain
import Testing

@Suite("What a child asks for, and what a video counts as")
struct ChildRequestTests {
    private static let video = IdentifierSource(clock: .system).next(Video.self)

    @Test("A request for a video names one, a request for time none")
    func subject() {
        #expect(ChildRequest.Subject(kind: .video, video: Self.video) == .video(Self.video))
        #expect(ChildRequest.Subject(kind: .time, video: nil) == .time)
        #expect(ChildRequest.Subject(kind: .video, video: nil) == nil)
        #expect(ChildRequest.Subject(kind: .time, video: Self.video) == nil)
    }

    @Test("A video with a curriculum area is learning, every other is fun")
    func category() {
        #expect(Allowance.Category(areas: []) == .fun)
        for area in CurriculumArea.allCases { #expect(Allowance.Category(areas: [area]) == .learning) }
        #expect(Allowance.Category(areas: CurriculumArea.allCases) == .learning)
    }
}

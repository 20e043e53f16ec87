import Domain
import Jobs
import Storage
import Testing

@Suite("Tables of labels")
struct LabelSheetTests {
    private let curriculum: Curriculum
    private let today: Day

    init() throws {
        curriculum = try .bundled()
        today = try #require(Day("2026-11-23"))
    }

    private func sheet(_ text: String) throws(LabelSheet.Malformed) -> LabelSheet {
        try LabelSheet(Array(text.utf8), file: "labels.csv", curriculum: curriculum, on: today)
    }

    @Test("are read with quotes, CRLF, a byte order mark and empty cells; rows of one video are merged")
    func reads() throws {
        let sheet = try sheet(
            "\u{FEFF}video_id,show,age_rating\r\nntv_sYztDes,\"Scooby-Doo, \"\"Where\"\" Are You!\",5\r\n"
                + "\nvqVUZIFWfgg,, 3 \nntv_sYztDes,뽀로로,5"
        )
        #expect(sheet.kinds.map(\.description) == ["show", "age_rating"])
        let show = try #require(Label.Kind("show"))
        #expect(
            sheet.assignments == [
                LabelAssignment(
                    video: try #require(VideoReference("ntv_sYztDes")),
                    names: [show: ["Scooby-Doo, \"Where\" Are You!", "뽀로로"], .ageRating: ["5"]]
                ),
                LabelAssignment(video: try #require(VideoReference("vqVUZIFWfgg")), names: [.ageRating: ["3"]]),
            ]
        )
    }

    @Test(
        "with a bad row are refused, and the row is named by its line",
        arguments: [
            ("video_id,show\nntv_sYztDes,a\nntv_sYztDes\n", 3), ("video_id,show\nntv_sYztDes,a,b\n", 2),
            ("video_id,show\n\n\nshort,a\n", 4), ("video_id,show\nntv_sYztDes,\"a\n", 2),
            ("video_id,show\nntv_sYztDes,\"a\nb\"\nntv_sYztDes,a\"b\n", 2),
            ("video_id,show\nntv_sYztDes,\"a\"b\n", 2), ("video_id,age_rating\nntv_sYztDes,3\nntv_sYztDes,PG\n", 3),
            ("video_id,age_rating\nntv_sYztDes,-3\n", 2), ("video_id,area\nntv_sYztDes,maths\n", 2),
            ("video_id,content\nntv_sYztDes,5.2.2\nntv_sYztDes,5.2.8\n", 3),
            ("video_id,content\nntv_sYztDes,nuri-2031/5.2.2\n", 2), ("video_id,content\nntv_sYztDes,counting\n", 2),
            ("video_id,Show\nntv_sYztDes,a\n", 1), ("video_id,show,show\n", 1), ("video_id\nntv_sYztDes\n", 1),
            ("ntv_sYztDes,show\nntv_sYztDes,a\n", 1),
            ("video_id,show\nntv_sYztDes,a\u{0}b\n", 2),
            ("video_id,show\nntv_sYztDes,\(String(repeating: "x", count: 121))", 2),
        ] as [(String, Int)]
    )
    func refuses(_ text: String, _ line: Int) {
        do throws(LabelSheet.Malformed) {
            _ = try sheet(text)
            Issue.record("read")
        } catch {
            #expect(error.line == line)
            #expect(error.description.hasPrefix("labels.csv:\(line): "))
        }
    }

    @Test("that are empty, missing or not UTF-8 are refused")
    func whole() {
        #expect(throws: LabelSheet.Malformed.self) { try sheet("") }
        #expect(throws: LabelSheet.Malformed.self) {
            try LabelSheet(file: "/nowhere/labels.csv", curriculum: curriculum, on: today)
        }
        let bytes = Array("video_id,show\nntv_sYztDes,".utf8) + [0xFF, 0x0A]
        #expect(throws: LabelSheet.Malformed(file: "labels.csv", line: 2, problem: "not UTF-8")) {
            try LabelSheet(bytes, file: "labels.csv", curriculum: curriculum, on: today)
        }
    }
}

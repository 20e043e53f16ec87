import Foundation
import Jobs
import Ranking
import Testing

@Suite("The files of an evaluation")
struct EvaluationFilesTests {
    private let folder: URL

    init() {
        folder = FileManager.default.temporaryDirectory.appending(path: "kyck-evaluation-\(UUID().uuidString)")
    }

    private func file(_ name: String, _ text: String) throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: name).path(percentEncoded: false)
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    private func files(
        _ interactions: String,
        test: String? = nil,
        items: String? = nil,
        candidates: String? = nil,
        positiveFrom: Float? = nil,
        minimum: Int = 0
    ) throws -> EvaluationFiles {
        defer { try? FileManager.default.removeItem(at: folder) }
        var paths = EvaluationFiles.Paths(interactions: try file("interactions.csv", interactions))
        paths.test = try test.map { try file("test.csv", $0) }
        paths.items = try items.map { try file("items.csv", $0) }
        paths.candidates = try candidates.map { try file("candidates.csv", $0) }
        return try EvaluationFiles(paths, positiveFrom: positiveFrom, minimum: minimum)
    }

    /// What is said of a file, without the folder.
    private func complaint(_ work: () throws -> EvaluationFiles) -> String? {
        do {
            _ = try work()
            return nil
        } catch let malformed as EvaluationFiles.Malformed {
            return malformed.description.replacing(folder.path(percentEncoded: false), with: "").trimmingPrefix("/")
                .description
        } catch {
            return "\(error)"
        }
    }

    @Test(
        "A row that cannot be used is named by its line",
        arguments: [
            ("1,2,4\n1,3,nan\n", "interactions.csv, line 2: the value nan is not finite"),
            ("1,2,4\n1,3,inf\n", "interactions.csv, line 2: the value inf is not finite"),
            ("1,2,4\n1,3,1e40\n", "interactions.csv, line 2: the value 1e40 is not finite"),
            ("user,item,value\n1,2,4\n\n1,3,-0.5\n", "interactions.csv, line 4: the value -0.5 is negative"),
            ("1,2,4\r\n1,3,good\r\n", "interactions.csv, line 2: the value \"good\" is not a number"),
            ("1,2,4\n1,3,\n", "interactions.csv, line 2: the value \"\" is not a number"),
            (
                "1,2,4\n1,3\n",
                "interactions.csv, line 2: user,item,value or user,item,value,timestamp is wanted, there are 2 columns"
            ),
            (
                "1,2,4\nhello\n",
                "interactions.csv, line 2: user,item,value or user,item,value,timestamp is wanted, there is one column"
            ),
            (
                "1,2,4,5,6\n",
                "interactions.csv, line 1: user,item,value or user,item,value,timestamp is wanted, there are 5 columns"
            ),
            ("1,2,4\n,3,4\n", "interactions.csv, line 2: the user is empty"),
            ("1,2,4\n1,\"\",4\n", "interactions.csv, line 2: the item is empty"),
            ("1,2,4\n1,a\"b,4\n", "interactions.csv, line 2: the item has a quotation mark inside"),
            ("1,2,4\n1,3,4,noon\n", "interactions.csv, line 2: the timestamp \"noon\" is not a number"),
            ("1,2,4\n1,3,4,nan\n", "interactions.csv, line 2: the timestamp \"nan\" is not a number"),
            ("", "interactions.csv: has no rows"),
            ("user,item,value\n\n", "interactions.csv: has no rows"),
        ]
    )
    func malformed(text: String, expected: String) {
        #expect(complaint { try files(text) } == expected)
    }

    @Test("So are those of the other files")
    func malformedOthers() {
        #expect(
            complaint { try files("1,2,4\n", test: "1,2\n1\n") }
                == "test.csv, line 2: user,item is wanted, there is one column"
        )
        #expect(
            complaint { try files("1,2,4\n", items: "2,a\n3\n") } == "items.csv, line 2: item,label|label|… is wanted"
        )
        #expect(complaint { try files("1,2,4\n", items: "2,a\n,b\n") } == "items.csv, line 2: the item is empty")
        #expect(complaint { try files("1,2,4\n", candidates: "\n") } == "candidates.csv: has no rows")
        #expect(
            complaint { try files("1,2,4\n", candidates: "2\n,3\n") } == "candidates.csv, line 2: the item is empty"
        )
    }

    @Test("Bytes that are no text are named by their line")
    func notText() {
        let complaint = complaint {
            defer { try? FileManager.default.removeItem(at: folder) }
            var paths = EvaluationFiles.Paths(interactions: try file("interactions.csv", "1,2,4\n"))
            let items = try file("items.csv", "")
            try (Data("1,a\r\n2,b\r\n3,caf".utf8) + [0xE9, 0x0A]).write(to: URL(filePath: items))
            paths.items = items
            return try EvaluationFiles(paths, positiveFrom: nil, minimum: 0)
        }
        #expect(complaint == "items.csv, line 3: is not UTF-8")
    }

    @Test("A file that is not there is told from one that is wrong")
    func unreadable() throws {
        let paths = EvaluationFiles.Paths(
            interactions: folder.appending(path: "nothing.csv").path(percentEncoded: false)
        )
        let error = #expect(throws: EvaluationFiles.Malformed.self) {
            try EvaluationFiles(paths, positiveFrom: nil, minimum: 0)
        }
        #expect(error?.isUnreadable == true)
        #expect(error?.line == nil)
    }

    @Test(
        "Numbers stand in their order, then texts; quotes, a mark of the byte order and Windows' line ends change nothing"
    )
    func names() throws {
        let read = try files(
            "\u{FEFF}userId,movieId,rating,timestamp\r\n10,b,1,5\r\n9,\"7\",2,6.9\r\n10,30,3,\r\n9,a,4\r\n"
        )
        #expect(read.data.userNames == ["9", "10"])
        #expect(read.data.itemNames == ["7", "30", "a", "b"])
        #expect(read.data.interactions.map(\.value) == [2, 4, 3, 1])
        #expect(read.data.interactions.map(\.time) == [6, 0, 0, 5])
        #expect(read.candidates == [0, 1, 2, 3])
    }

    @Test("Of a pair that comes twice, the last row counts")
    func repeated() throws {
        let read = try files("1,2,4,100\n1,3,5\n1,2,1,50\n2,2,3\n1,2,2,10\n")
        #expect(read.repeated == 2)
        #expect(read.data.interactions.map(\.value) == [2, 5, 3])
    }

    @Test("The rows of the test are taken out, and their smallest value is where liking begins")
    func hidden() throws {
        let read = try files(
            "1,2,4\n1,3,5\n1,4,3.5\n2,2,4.5\n2,4,1\n3,9,0.5\n",
            test: "userId,movieId\n1,3\n2,2\n1,77\n",
            items: "item,labels\n2,a|b,c\n3,\"a| d \"\n9,a\n8,z\n\"4\",\n"
        )
        #expect(read.positiveFrom == 4.5)
        #expect(read.data.userNames == ["1", "2", "3"])
        // 4 is liked by nobody and 9 is disliked; 77 is known from the test alone.
        #expect(read.data.itemNames == ["2", "3", "77"])
        #expect(read.hidden == [[1, 2], [0], []])
        #expect(read.data.interactions.map(\.value) == [4])
        #expect(read.data.labels.rowCount == 3)
        #expect(read.data.labels.range(0).map { read.data.labels.columns[$0] } == [0, 1])
    }

    @Test("Users who like too few are left out, unless the test asks about them; so is what only they like")
    func minimum() throws {
        let read = try files("1,2,4\n1,3,4\n2,5,4\n3,6,4\n", test: "3,6\n", minimum: 2)
        #expect(read.leftOut == 1)
        #expect(read.data.userNames == ["1", "3"])
        #expect(read.data.itemNames == ["2", "3", "6"])
    }

    @Test("Candidates are listed though nobody knows them")
    func candidates() throws {
        let read = try files("1,2,4\n1,3,4\n", candidates: "video\n3\n99\n3\n", positiveFrom: 1)
        #expect(read.data.itemNames == ["2", "3", "99"])
        #expect(read.candidates == [1, 2])
    }
}

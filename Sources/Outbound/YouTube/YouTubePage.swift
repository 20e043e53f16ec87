/// One answer of the API, read whole: at most 50 items.
package struct YouTubePage: Sendable {
    package var items: [YouTubeItem] = []
    package var etag: String?
    package var nextPageToken: String?
    /// How many items there are on all pages, as far as the API knows.
    package var totalResults: Int?

    package var malformed: Int { items.count { $0 == .malformed } }

    /// Throws when the body is no page of this kind. One malformed item never costs the others.
    package init(_ body: [UInt8], expecting kind: YouTubeKind) throws(SavedPageError) {
        var pages = SavedPages(answer: body)
        while let item = try pages.next() { items.append(item) }
        guard pages.kind == kind else {
            let problem: SavedPageError.Problem = pages.kind.map { .wrongKind($0.rawValue) } ?? .notAPage
            throw SavedPageError(file: "answer", offset: 0, problem: problem)
        }
        etag = pages.etag
        nextPageToken = pages.nextPageToken
        totalResults = pages.totalResults
    }
}

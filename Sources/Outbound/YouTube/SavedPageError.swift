/// Why a saved answer of the API could not be read, and where.
package struct SavedPageError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Problem: Sendable, Hashable {
        case missing
        case unreadable(String)
        case empty
        case notUTF8
        /// The file ends inside a value.
        case truncated
        /// Not JSON; what was expected there.
        case notJSON(expected: String)
        /// One item is larger than any real one.
        case itemTooLarge(limit: Int)
        /// An error answer, saved as if it were a page.
        case errorResponse(code: Int?, reason: String?)
        /// An answer to some other question.
        case wrongKind(String)
        /// JSON, but no answer of the API.
        case notAPage
        /// Something follows the answer.
        case trailingData
    }

    /// The file as it was named, or `answer` for one that came over the network.
    package var file: String
    /// Bytes from the start of the file to where the problem shows.
    package var offset: Int64
    package var problem: Problem

    package init(file: String, offset: Int64, problem: Problem) {
        self.file = file
        self.offset = offset
        self.problem = problem
    }

    package var description: String { "\(file): \(explanation)" }

    private var explanation: String {
        switch problem {
        case .missing: "no such file"
        case .unreadable(let reason): "cannot be read: \(reason)"
        case .empty: "is empty"
        case .notUTF8: "is not UTF-8 at byte \(offset)"
        case .truncated: "ends inside a value at byte \(offset): the file is cut off"
        case .notJSON(let expected): "is not JSON at byte \(offset): expected \(expected)"
        case .itemTooLarge(let limit): "has an item of more than \(limit) bytes at byte \(offset)"
        case .errorResponse(let code, let reason):
            "is an error response of the API (\(code.map(String.init) ?? "no code"), \(reason ?? "no reason")), not a page"
        case .wrongKind(let kind):
            "holds a \(kind); read are videoListResponse, channelListResponse and playlistItemListResponse"
        case .notAPage: "is JSON but no answer of the YouTube Data API: it has no `kind`"
        case .trailingData: "goes on after the answer at byte \(offset)"
        }
    }
}

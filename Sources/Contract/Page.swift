import Foundation

/// One page of a list. `next_cursor` is `null` on the last page and is opaque: only what we gave out comes back.
package struct Page<Item: Encodable & Sendable>: Encodable, Sendable {
    package let items: [Item]
    package let nextCursor: Cursor?

    package init(items: [Item], nextCursor: Cursor?) {
        self.items = items
        self.nextCursor = nextCursor
    }

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case items
        case nextCursor = "next_cursor"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
        // Written as null rather than left out, so that "this was the last page" is said and not guessed.
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}

/// Where a page ended: the sort key and the id of its last item. A keyset, not an offset, so that items added meanwhile
/// neither repeat nor hide others.
package struct Cursor: Hashable, Sendable, Encodable {
    /// The sort key, mostly milliseconds UTC.
    package let sortKey: Int64
    /// The id of the item, which orders items of the same sort key.
    package let id: String

    package init(sortKey: Int64, id: String) {
        self.sortKey = sortKey
        self.id = id
    }

    /// The opaque text: base64url without padding of `1.<sort key>.<id>`; the leading 1 is the format's version.
    package var encoded: String {
        Data("1.\(sortKey).\(id)".utf8).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Reads a cursor that a client sent back; `nil` for anything we cannot have written.
    package init?(encoded: String) {
        guard encoded.utf8.count <= 200, encoded.utf8.allSatisfy(Self.isBase64URL) else { return nil }
        let standard = encoded.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: standard + padding),
            let text = String(validating: data, as: UTF8.self)
        else { return nil }
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "1", let sortKey = Int64(parts[1]), !parts[2].isEmpty,
            parts[2].utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.init(sortKey: sortKey, id: String(parts[2]))
        // One spelling for each cursor: "+5", "05" and stray trailing bits are none of ours.
        guard self.encoded == encoded else { return nil }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(encoded)
    }

    private static func isBase64URL(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

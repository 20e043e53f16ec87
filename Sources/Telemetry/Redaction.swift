import Synchronization

/// What must not get into a log, whoever writes it there: secrets by the name of their field, phone numbers by their form.
package enum Redaction {
    /// A field with one of these words in its name, words being parted by `_`, `.` or `-`.
    private static let secretWords: Set<Substring> = [
        "phone", "token", "authorization", "cookie", "password", "secret", "pin", "otp", "nickname", "body", "birth",
        "email",
    ]

    /// A field with just this name, on whatever level. `error_code` and `status_code` are no secrets.
    private static let secretNames: Set<Substring> = ["code", "text", "to"]

    package static let replacement = "[redacted]"
    package static let phoneReplacement = "[phone]"

    /// The judgement of names met before: every line has the same few. What comes beyond the first thousand is judged
    /// anew each time, so that no one can fill the memory with names.
    private static let judged = Mutex<[String: Bool]>([:])

    /// Whether a field's value is never to be written.
    package static func isSecret(_ key: String) -> Bool {
        if let known = judged.withLock({ $0[key] }) { return known }
        let isSecret = hasSecretWord(key)
        judged.withLock { if $0.count < 1_000 { $0[key] = isSecret } }
        return isSecret
    }

    private static func hasSecretWord(_ key: String) -> Bool {
        let key = key.lowercased()
        if let name = key.split(separator: ".").last, secretNames.contains(name) { return true }
        return key.split { "_.-".contains($0) }.contains { secretWords.contains($0) }
    }

    /// A text of unknown origin, such as an error's, as it may be kept: without the secrets that are known, what an address
    /// carries in its query or before its host, and phone numbers; on one line, and cut off where it grows long.
    package static func withoutSecrets(_ text: String, secrets: [String]) -> String {
        var text = text
        // The longest first: one may begin another.
        for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count }) where !secret.isEmpty {
            text = text.replacing(secret, with: replacement)
        }
        text = text.replacing(/:\/\/[^\s\/@]+@/, with: "://\(replacement)@")
        text = text.replacing(/\?[^\s"'<>)]+/, with: "?\(replacement)")
        text = withoutPhones(text.split(whereSeparator: \.isNewline).joined(separator: " "))
        return String(text.prefix(longestKept))
    }

    /// What is kept of a text of unknown origin, in characters.
    package static let longestKept = 300

    /// The text without Korean mobile numbers: 01x-xxxx-xxxx and +82 1x-xxxx-xxxx, with hyphens, spaces, dots or nothing
    /// between. Digits of a longer number are left alone.
    package static func withoutPhones(_ text: String) -> String {
        // Ten digits are the least; most lines have fewer and are done here.
        guard text.utf8.count(where: isDigit) >= 10 else { return text }
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var place = 0
        while place < bytes.count {
            let follows = place > 0 && isDigit(bytes[place - 1])
            if !follows, let end = endOfPhone(in: bytes, from: place) {
                output.append(contentsOf: phoneReplacement.utf8)
                place = end
            } else {
                output.append(bytes[place])
                place += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

    private static func endOfPhone(in bytes: [UInt8], from start: Int) -> Int? {
        var place = start
        func skip(_ byte: UInt8) -> Bool {
            guard place < bytes.count, bytes[place] == byte else { return false }
            place += 1
            return true
        }
        func skipSeparator() {
            if place < bytes.count, [UInt8(ascii: "-"), UInt8(ascii: " "), UInt8(ascii: ".")].contains(bytes[place]) {
                place += 1
            }
        }
        func skipDigits(_ count: Int) -> Bool {
            guard place + count <= bytes.count, bytes[place..<(place + count)].allSatisfy(isDigit) else { return false }
            place += count
            return true
        }
        _ = skip(UInt8(ascii: "+"))
        if skip(UInt8(ascii: "8")) {
            guard skip(UInt8(ascii: "2")) else { return nil }
            skipSeparator()
            _ = skip(UInt8(ascii: "0"))
        } else {
            guard skip(UInt8(ascii: "0")) else { return nil }
        }
        guard skip(UInt8(ascii: "1")), place < bytes.count, "016789".utf8.contains(bytes[place]) else { return nil }
        place += 1
        skipSeparator()
        let afterPrefix = place
        // Four digits and four, or, in old numbers, three and four.
        for middle in [4, 3] {
            place = afterPrefix
            guard skipDigits(middle) else { continue }
            skipSeparator()
            guard skipDigits(4), place == bytes.count || !isDigit(bytes[place]) else { continue }
            return place
        }
        return nil
    }
}

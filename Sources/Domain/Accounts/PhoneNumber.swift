/// A Korean mobile number in E.164 form, `+821012345678`. Other countries are refused: an allow-list of countries is the
/// most effective defence against SMS pumping.
package struct PhoneNumber: Hashable, Sendable {
    package let e164: String

    /// Accepts what people type: `010-1234-5678`, `010 1234 5678`, `+82 10 1234 5678`.
    package init?(_ text: String) {
        guard text.utf8.count <= 24 else { return nil }
        var digits = ""
        var isInternational = false
        for (index, character) in text.unicodeScalars.enumerated() {
            switch character {
            case "0"..."9": digits.unicodeScalars.append(character)
            case "+" where index == 0: isInternational = true
            case " ", "-", "(", ")", ".": continue
            default: return nil
            }
        }
        var national = digits
        if isInternational {
            guard digits.hasPrefix("82") else { return nil }
            national = String(digits.dropFirst(2))
            if !national.hasPrefix("0") { national = "0" + national }
        }
        guard Self.isMobile(national) else { return nil }
        e164 = "+82" + national.dropFirst()
    }

    /// 010 with eight digits; 011, 016, 017, 018 and 019 with seven or eight.
    private static func isMobile(_ national: String) -> Bool {
        if national.hasPrefix("010") { return national.utf8.count == 11 }
        let old = ["011", "016", "017", "018", "019"]
        return old.contains(String(national.prefix(3))) && (10...11).contains(national.utf8.count)
    }

    /// What may be shown and logged: `+8210****5678`.
    package var masked: String {
        String(e164.prefix(5)) + "****" + e164.suffix(4)
    }
}

extension PhoneNumber: CustomStringConvertible, CustomDebugStringConvertible {
    /// Masked, so that a number cannot reach a log by interpolation.
    package var description: String { masked }
    package var debugDescription: String { masked }
}

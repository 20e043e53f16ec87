import Foundation

extension Chart {
    /// Chosen so that they differ in brightness, too, and for eyes that do not tell red from green (M. Okabe and K. Ito,
    /// "Color Universal Design", 2008, whose blue it is).
    private enum Ink {
        static let bar = "#0072B2"
        static let rule = "#1B1B1B"
        static let grid = "#D5D8DC"
        static let text = "#222222"
    }

    /// Free typefaces first: they draw the pictures that are sent.
    private static let typefaces =
        "'Nanum Gothic', NanumGothic, 'Apple SD Gothic Neo', 'Malgun Gothic', 'Noto Sans KR', sans-serif"

    /// As a drawing that stands alone or within a page. It has no style of its own and no script: a page's policy needs to
    /// allow nothing for it.
    ///
    /// - Parameter name: begins the ids in it, which must differ within one page.
    func svg(named name: String) -> String {
        let (width, height) = (Self.number(Self.width), Self.number(height))
        var parts = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" \
            height="\(height)" role="img" aria-labelledby="\(name)-title \(name)-text" font-family="\(Self.typefaces)" \
            fill="\(Ink.text)">
            """,
            "<title id=\"\(name)-title\">\(title.xmlEscaped)</title>",
            "<desc id=\"\(name)-text\">\(description.xmlEscaped)</desc>",
            """
            <defs><pattern id="\(name)-hatch" width="5" height="5" patternUnits="userSpaceOnUse" \
            patternTransform="rotate(45)"><rect width="5" height="5" fill="#FFFFFF"/>\
            <rect width="2" height="5" fill="\(Ink.bar)"/></pattern></defs>
            """,
            "<rect width=\"\(width)\" height=\"\(height)\" fill=\"#FFFFFF\"/>",
        ]
        for line in grid { parts.append(Self.line(line, Ink.grid, 1)) }
        for bar in bars { parts.append(Self.rect(bar.x, bar.y, bar.width, bar.height, bar.kind, name)) }
        for gap in gaps { parts.append(Self.dash(gap.x, gap.y)) }
        for line in rule { parts.append(Self.line(line, Ink.rule, 2)) }
        for swatch in swatches { parts.append(Self.sign(swatch, name)) }
        for text in texts { parts.append(Self.text(text)) }
        return (parts + ["</svg>"]).joined(separator: "\n")
    }

    private static func rect(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ kind: Bar.Kind,
        _ name: String
    ) -> String {
        let fill = kind == .watched ? Ink.bar : "url(#\(name)-hatch)"
        let edge = kind == .watched ? "" : " stroke=\"\(Ink.bar)\""
        return """
            <rect x="\(number(x))" y="\(number(y))" width="\(number(width))" height="\(number(height))" \
            fill="\(fill)"\(edge)/>
            """
    }

    private static func line(_ level: Level, _ ink: String, _ width: Int) -> String {
        """
        <path d="M\(number(level.from)) \(number(level.y))H\(number(level.to))" stroke="\(ink)" \
        stroke-width="\(width)" fill="none"/>
        """
    }

    private static func dash(_ x: Double, _ y: Double) -> String {
        "<path d=\"M\(number(x - 4)) \(number(y))h8\" stroke=\"#6B7280\" stroke-width=\"2\" stroke-dasharray=\"2 1\"/>"
    }

    private static func sign(_ swatch: Swatch, _ name: String) -> String {
        let (x, y) = (swatch.x, swatch.y)
        switch swatch.kind {
        case .watched: return rect(x, y - 5, Swatch.width, 10, .watched, name)
        case .beyondTheRule: return rect(x, y - 5, Swatch.width, 10, .beyondTheRule, name)
        case .rule: return line(Level(from: x, to: x + Swatch.width, y: y), Ink.rule, 2)
        case .gap: return dash(x + Swatch.width / 2, y)
        }
    }

    private static func text(_ text: Text) -> String {
        let anchor = text.anchor == .start ? "" : " text-anchor=\"\(text.anchor.rawValue)\""
        // The white edge keeps it readable where a line crosses it.
        let strong =
            text.isStrong
            ? " font-weight=\"bold\" stroke=\"#FFFFFF\" stroke-width=\"3\" paint-order=\"stroke\"" : ""
        return """
            <text x="\(number(text.x))" y="\(number(text.y))" font-size="\(number(text.size))"\(anchor)\(strong)>\
            \(text.text.xmlEscaped)</text>
            """
    }

    private static func number(_ value: Double) -> String {
        let hundredths = (value * 100).rounded() / 100
        return hundredths == hundredths.rounded() ? String(Int(hundredths)) : String(hundredths)
    }
}

extension String {
    /// For text and attributes of XML 1.0. What may not stand in XML at all is left out.
    var xmlEscaped: String {
        var escaped = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\t", "\n", "\r": escaped.unicodeScalars.append(scalar)
            case "\u{0}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": continue
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

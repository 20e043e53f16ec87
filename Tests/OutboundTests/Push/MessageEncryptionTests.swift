import Crypto
import Domain
import Foundation
import Outbound
import Testing

@Suite("Encryption for a browser")
struct MessageEncryptionTests {
    /// Appendix A of RFC 8291, where every intermediate value stands, too.
    @Test("gives the example of RFC 8291 to the byte, and the browser of the example reads it")
    func example() throws {
        let text = Data("When I grow up, I want to be a watermelon".utf8)
        let sender = try #require(Data(base64URL: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
        let browser = Browser(
            key: try .init(
                rawRepresentation: try #require(Data(base64URL: "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
            ),
            secret: try #require(Data(base64URL: "BTBZMqHH6r4Tts7J_aSIgg"))
        )
        #expect(
            browser.key.publicKey.x963Representation.base64URLText
                == "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
        )
        let body = try MessageEncryption.seal(
            text,
            publicKey: browser.key.publicKey.x963Representation,
            secret: browser.secret,
            ephemeral: try .init(rawRepresentation: sender),
            salt: try #require(Data(base64URL: "DGv6ra1nlYgDCS1FRnbzlw"))
        )
        let expected =
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
            + "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        #expect(body.base64URLText == expected)
        #expect(try browser.open(Array(body)) == text)
    }

    @Test("is new for every message, and read by its own browser only")
    func fresh() throws {
        let (browser, other) = (Browser(), Browser())
        let seal = {
            try MessageEncryption.seal(
                Data("안녕".utf8),
                publicKey: browser.key.publicKey.x963Representation,
                secret: browser.secret
            )
        }
        let (first, second) = (try seal(), try seal())
        #expect(first != second)
        #expect(try browser.open(Array(second)) == Data("안녕".utf8))
        #expect(throws: (any Error).self) { try other.open(Array(first)) }
    }

    @Test("the longest text fits 4,096 bytes, one more is refused, and nothing is a text as well")
    func bounds() throws {
        let browser = Browser()
        let seal = { (count: Int) in
            try MessageEncryption.seal(
                Data(repeating: 7, count: count),
                publicKey: browser.key.publicKey.x963Representation,
                secret: browser.secret
            )
        }
        let longest = try seal(MessageEncryption.longestText)
        #expect(longest.count == 4_096)
        #expect(try browser.open(Array(longest)).count == MessageEncryption.longestText)
        #expect(try browser.open(Array(try seal(0))).isEmpty)
        #expect(throws: MessageEncryption.Failure.tooLong) { try seal(MessageEncryption.longestText + 1) }
    }

    @Test("a point that is not on the curve is no key")
    func badPoint() {
        #expect(throws: MessageEncryption.Failure.badKeys) {
            try MessageEncryption.seal(
                Data("x".utf8),
                publicKey: Data([4] + [UInt8](repeating: 9, count: 64)),
                secret: Data(1...16)
            )
        }
    }
}

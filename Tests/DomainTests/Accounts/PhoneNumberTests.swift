import Domain
import Testing

@Suite("Phone numbers")
struct PhoneNumberTests {
    @Test(
        "What people type becomes one form",
        arguments: [
            "010-0000-0001", "01000000001", "010 0000 0001", "+82 10-0000-0001", "+821000000001", "+82 010 0000 0001",
            "(010) 0000.0001",
        ]
    )
    func accepted(text: String) {
        #expect(PhoneNumber(text)?.e164 == "+821000000001")
    }

    @Test(
        "What is no Korean mobile number is refused",
        arguments: [
            "", "010", "010-0000-000", "010-0000-00011", "02-123-4567", "031-000-0000", "+1 202 555 0100",
            "+8190000000",
            "010-0000-0oo1", "০১০-0000-0001", "0100000\u{0}0001", "070-0000-0000", "+82", "++821000000001",
            "0101234567890123456789012345",
        ]
    )
    func refused(text: String) {
        #expect(PhoneNumber(text) == nil)
    }

    @Test("A number that gets into a text is masked there")
    func masked() throws {
        let phone = try #require(PhoneNumber("010-1234-5678"))
        #expect("\(phone)" == "+8210****5678")
        #expect(String(reflecting: phone) == "+8210****5678")
    }
}

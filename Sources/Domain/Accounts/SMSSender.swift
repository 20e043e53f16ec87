/// Hands a text message to a network. One sender for every message; which one is a matter of configuration.
package protocol SMSSender: Sendable {
    /// Returns once the message was accepted for delivery.
    func send(_ text: String, to phone: PhoneNumber) async throws
}

/// The texts we send. A Korean SMS holds about 90 bytes; longer ones cost more and arrive later.
package enum SMSText {
    package static func oneTimeCode(_ code: String, in language: Guardian.Language) -> String {
        switch language {
        case .korean: "[킥킥] 인증번호 \(code) (3분 안에 입력). 타인에게 알려주지 마세요."
        case .english: "[Kyck] Your code is \(code), good for 3 minutes. Tell nobody."
        }
    }

    package static func consentConfirmed(nickname: String, in language: Guardian.Language) -> String {
        switch language {
        case .korean: "[킥킥] \(nickname) 프로필의 개인정보 수집·이용에 동의하셨습니다. 철회는 앱에서 언제든 가능합니다."
        case .english: "[Kyck] You consented to a profile for \(nickname). You can withdraw it in the app at any time."
        }
    }
}

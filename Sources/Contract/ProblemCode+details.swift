extension ProblemCode {
    /// A sentence that tells a person what to do about it; `nil` where there is nothing to say beyond the title, as for
    /// an internal error, whose cause is nobody's business outside.
    package func detail(in language: WireLanguage) -> String? {
        switch language {
        case .english: english
        case .korean: korean
        }
    }

    private var english: String? {
        switch self {
        case .badRequest: "The request could not be understood."
        case .malformedJSON: "Send one well-formed JSON object."
        case .unknownField: "The body has a field this route does not know, or has one twice. See errors."
        case .invalidField, .validationFailed: "Some values cannot be accepted. See errors."
        case .unsupportedMediaType: "Send the body as application/json, without compression."
        case .bodyTooLarge: "The body is larger than this route accepts."
        case .notUTF8: "Text must be valid UTF-8."
        case .methodNotAllowed: "This address does not answer that method. See the Allow header."
        case .rangeNotSatisfiable: "The file does not have the requested bytes."
        case .unauthenticated: "Please sign in."
        case .tokenExpired: "The access token has expired. Refresh the session."
        case .sessionRevoked: "This session has ended. Please sign in again."
        case .refreshReused: "This session was closed for safety. Please sign in again."
        case .forbidden: "You may not do this."
        case .parentGateRequired: "A parent has to confirm with the PIN first."
        case .pinWrong: "The PIN is wrong."
        case .pinLocked: "Too many wrong PINs. Please wait and try again."
        case .otpInvalid: "The code is wrong."
        case .otpExpired: "The code has expired. Please ask for a new one."
        case .otpExhausted: "The code was used or tried too often. Please ask for a new one."
        case .notFound: "There is nothing here."
        case .gone: "This is no longer here."
        case .conflict: "This does not fit the present state. Load it again and repeat."
        case .idempotencyKeyReused: "This Idempotency-Key was used for a different request."
        case .idempotencyInProgress: "The same request is still being worked on. Repeat it in a moment."
        case .rateLimited: "Too many requests. Please wait and try again."
        case .notAllowed: "This video is not available for this child."
        case .timeOver: "Today's watching time is over, or that for videos of this kind."
        case .bedtime: "It is bedtime."
        case .cannotFinish: "This video is longer than the time left."
        case .autoplayOver: "Enough videos have followed by themselves. Choose the next one."
        case .linkInvalid: "This address is incomplete or not ours. Load the video again."
        case .linkExpired: "This address has expired. Load the video again."
        case .unavailable: "The service is not available right now. Please try again shortly."
        case .outcomeUnknown: "It is not known whether the change was kept. It is safe to repeat the request."
        case .storageFull: "Nothing can be saved right now. Please try again later."
        case .internal: nil
        }
    }

    private var korean: String? {
        switch self {
        case .badRequest: "요청을 이해할 수 없습니다."
        case .malformedJSON: "올바른 JSON 객체 하나를 보내 주세요."
        case .unknownField: "알 수 없거나 중복된 항목이 있습니다. errors를 확인해 주세요."
        case .invalidField, .validationFailed: "받아들일 수 없는 값이 있습니다. errors를 확인해 주세요."
        case .unsupportedMediaType: "본문은 압축하지 않은 application/json으로 보내 주세요."
        case .bodyTooLarge: "본문이 너무 큽니다."
        case .notUTF8: "텍스트는 올바른 UTF-8이어야 합니다."
        case .methodNotAllowed: "이 주소에서 지원하지 않는 메서드입니다. Allow 헤더를 확인해 주세요."
        case .rangeNotSatisfiable: "요청한 범위가 파일에 없습니다."
        case .unauthenticated: "로그인해 주세요."
        case .tokenExpired: "액세스 토큰이 만료되었습니다. 세션을 갱신해 주세요."
        case .sessionRevoked: "세션이 종료되었습니다. 다시 로그인해 주세요."
        case .refreshReused: "안전을 위해 세션을 종료했습니다. 다시 로그인해 주세요."
        case .forbidden: "권한이 없습니다."
        case .parentGateRequired: "먼저 보호자가 PIN으로 확인해야 합니다."
        case .pinWrong: "PIN이 올바르지 않습니다."
        case .pinLocked: "PIN을 여러 번 잘못 입력했습니다. 잠시 후 다시 시도해 주세요."
        case .otpInvalid: "인증번호가 올바르지 않습니다."
        case .otpExpired: "인증번호가 만료되었습니다. 새 인증번호를 요청해 주세요."
        case .otpExhausted: "이미 사용했거나 너무 많이 시도한 인증번호입니다. 새 인증번호를 요청해 주세요."
        case .notFound: "찾을 수 없습니다."
        case .gone: "더 이상 존재하지 않습니다."
        case .conflict: "현재 상태와 맞지 않습니다. 다시 불러온 뒤 시도해 주세요."
        case .idempotencyKeyReused: "이 Idempotency-Key는 다른 요청에 이미 사용되었습니다."
        case .idempotencyInProgress: "같은 요청을 처리하고 있습니다. 잠시 후 다시 시도해 주세요."
        case .rateLimited: "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요."
        case .notAllowed: "이 아이가 볼 수 없는 영상입니다."
        case .timeOver: "오늘의 시청 시간 또는 이런 영상의 시청 시간이 끝났습니다."
        case .bedtime: "잠잘 시간입니다."
        case .cannotFinish: "남은 시간 안에 끝까지 볼 수 없는 영상입니다."
        case .autoplayOver: "자동 재생 횟수를 다 썼습니다. 다음 영상을 직접 골라 주세요."
        case .linkInvalid: "올바르지 않은 주소입니다. 영상을 다시 불러와 주세요."
        case .linkExpired: "주소의 유효 시간이 지났습니다. 영상을 다시 불러와 주세요."
        case .unavailable: "지금은 이용할 수 없습니다. 잠시 후 다시 시도해 주세요."
        case .outcomeUnknown: "변경이 저장되었는지 알 수 없습니다. 같은 요청을 다시 보내도 안전합니다."
        case .storageFull: "지금은 저장할 수 없습니다. 나중에 다시 시도해 주세요."
        case .internal: nil
        }
    }
}

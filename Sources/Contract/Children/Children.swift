package import Domain

/// `POST /v1/children`
package struct NewChild: JSONBody {
    package struct ConsentBody: Decodable, Sendable {
        package let textVersion: String

        package enum CodingKeys: String, CodingKey, CaseIterable {
            case textVersion = "text_version"
        }

        package init(from decoder: any Decoder) throws {
            try decoder.refuseUnknownFields(besides: CodingKeys.self)
            textVersion = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .textVersion)
        }
    }

    package let nickname: Nickname
    package let birthMonth: BirthMonth
    package let avatar: Avatar
    package let consent: ConsentBody

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case nickname, avatar, consent
        case birthMonth = "birth_month"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        nickname = try container.decodeChecked(.nickname, Nickname.init)
        birthMonth = try container.decodeChecked(.birthMonth, BirthMonth.init)
        avatar = try container.decode(Avatar.self, forKey: .avatar)
        consent = try container.decode(ConsentBody.self, forKey: .consent)
    }

    package func validate() throws(InvalidField) {
        guard consent.textVersion == Consent.currentTextVersion else {
            throw InvalidField("consent.text_version", .notOneOf)
        }
    }
}

/// `PATCH /v1/children/{id}`: what is given changes, the rest stays.
package struct ChildChange: JSONBody {
    package let nickname: Nickname?
    package let birthMonth: BirthMonth?
    package let avatar: Avatar?

    package enum CodingKeys: String, CodingKey, CaseIterable {
        case nickname, avatar
        case birthMonth = "birth_month"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        nickname = try container.decodeCheckedIfPresent(.nickname, Nickname.init)
        birthMonth = try container.decodeCheckedIfPresent(.birthMonth, BirthMonth.init)
        avatar = try container.decodeIfPresent(Avatar.self, forKey: .avatar)
    }
}

package struct ChildResponse: Codable, Sendable {
    package let id: Child.ID
    package let nickname: String
    package let birthMonth: String
    /// Completed years, in the family's time zone.
    package let age: Int
    package let avatar: Avatar
    package let rules: ViewingRulesResponse

    package init(_ child: Child, age: Int) {
        id = child.id
        nickname = child.nickname
        birthMonth = child.birthMonth.description
        self.age = age
        avatar = child.avatar
        rules = ViewingRulesResponse(child.rules)
    }

    package enum CodingKeys: String, CodingKey {
        case id, nickname, age, avatar, rules
        case birthMonth = "birth_month"
    }
}

/// What of the rules the child's own device has to know to show the right things.
package struct ViewingRulesResponse: Codable, Sendable {
    package let approvedOnly: Bool
    package let searchEnabled: Bool
    package let autoplayCap: Int

    package init(_ rules: ViewingRules) {
        approvedOnly = rules.approvedOnly
        searchEnabled = rules.searchEnabled
        autoplayCap = rules.autoplayCap
    }

    package enum CodingKeys: String, CodingKey {
        case approvedOnly = "approved_only"
        case searchEnabled = "search_enabled"
        case autoplayCap = "autoplay_cap"
    }
}

/// One of `GET /v1/children/{id}/blocks`
package struct BlockResponse: Codable, Sendable {
    package let kind: Block.Kind
    package let id: String
    package let createdAt: Timestamp

    package init(_ block: Block) {
        kind = block.target.kind
        id = block.target.id
        createdAt = Timestamp(block.createdAt)
    }

    package enum CodingKeys: String, CodingKey {
        case kind, id
        case createdAt = "created_at"
    }
}

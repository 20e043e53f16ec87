/// Where something that is said comes from.
package struct Citation: Sendable, Hashable {
    package let name: Wording
    /// An address a reader can open; nil for what only the family's own records show.
    package let url: String?

    package init(name: Wording, url: String?) {
        self.name = name
        self.url = url
    }
}

extension Citation {
    /// WHO, "Guidelines on physical activity, sedentary behaviour and sleep for children under 5 years of age", 2019,
    /// ISBN 978-92-4-155053-6; the page of its regional office.
    package static let who2019 = Citation(
        name: Wording(
            korean: "세계보건기구(WHO), 5세 미만 아동의 신체 활동·앉아 있는 시간·수면 지침(2019)",
            english: "World Health Organization, Guidelines on physical activity, sedentary behaviour and sleep for "
                + "children under 5 years of age (2019)"
        ),
        url: "https://www.paho.org/en/documents/"
            + "guidelines-physical-activity-sedentary-behaviour-and-sleep-children-under-5-years-age"
    )

    /// Superseded in 2026 where it named hours; what it says of bedtime and of watching together is quoted as of its year.
    package static let aap2016 = Citation(
        name: Wording(
            korean: "미국소아과학회(AAP), Media and Young Minds(2016)",
            english: "American Academy of Pediatrics, Media and Young Minds (2016)"
        ),
        url: "https://doi.org/10.1542/peds.2016-2591"
    )

    package static let aap2026 = Citation(
        name: Wording(
            korean: "미국소아과학회(AAP), Digital Ecosystems, Children, and Adolescents(2026)",
            english: "American Academy of Pediatrics, Digital Ecosystems, Children, and Adolescents (2026)"
        ),
        url: "https://publications.aap.org/aapnews/news/34088/Beyond-screen-time-Policy-discusses-how-to"
    )

    package static let familyMediaPlan = Citation(
        name: Wording(
            korean: "미국소아과학회(AAP), 가족 미디어 계획",
            english: "American Academy of Pediatrics, Family Media Plan"
        ),
        url: "https://www.healthychildren.org/english/fmp/pages/mediaplan.aspx"
    )

    package static let nuri = Citation(
        name: Wording(
            korean: "2019 개정 누리과정(교육부 고시 제2019-189호, 보건복지부 고시 제2019-152호)",
            english: "Nuri curriculum, 2019 revision (Ministry of Education notice 2019-189, Ministry of Health and "
                + "Welfare notice 2019-152)"
        ),
        url: "https://i-nuri.go.kr/main/html.do?menu_idx=121"
    )

    /// The family's own records in Kyck.
    package static let ownRecords = Citation(
        name: Wording(korean: "킥킥에 남은 우리 집 시청 기록", english: "Your family's own records in Kyck"),
        url: nil
    )
}

/// What the World Health Organization says for an age: one line for reference beside the family's own rule.
package struct ScreenGuidance: Sendable, Hashable {
    package let text: Wording
    package let source: Citation

    /// For an age in completed years.
    package init(age: Int) {
        source = .who2019
        text =
            switch age {
            case ..<2:
                Wording(
                    korean: "세계보건기구(WHO)는 만 2세 전에는 화면을 보며 앉아 있는 시간을 두지 않도록 안내해요. 참고로만 봐 주세요.",
                    english: "For reference: the World Health Organization advises no sedentary screen time before the "
                        + "age of two."
                )
            case 2...4:
                Wording(
                    korean: "세계보건기구(WHO)는 만 2~4세 아이가 앉아서 화면을 보는 시간을 하루 1시간 이내로, 적을수록 좋다고 안내해요. "
                        + "우리 집 시간은 가족이 정하면 돼요.",
                    english:
                        "For reference: the World Health Organization advises at most one hour of sedentary screen "
                        + "time a day from two to four years, and says less is better. Your family's time is yours to set."
                )
            default:
                Wording(
                    korean: "세계보건기구(WHO)의 2019년 지침은 만 5세 미만을 위한 것이라, 이 나이에는 정해 둔 시간이 없어요. "
                        + "우리 집 시간은 가족이 정하면 돼요.",
                    english: "For reference: the World Health Organization's guideline of 2019 is for children under "
                        + "five and names no time for this age. Your family's time is yours to set."
                )
            }
    }
}

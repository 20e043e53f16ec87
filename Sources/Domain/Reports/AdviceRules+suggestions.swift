extension AdviceRule {
    /// What could be tried. No diagnosis and no blame: what was seen, and something to do.
    static let suggestions: [AdviceRule] = [
        lateBeforeBed, overTheLimit, longSitting, lateEvening, allAutomatic, earlyMorning, oneArea, oneTheme,
        muchRepeated, leftEarly, noTimeSet, watchTogether,
    ]

    private static let lateBeforeBed = AdviceRule(
        "late-before-bed",
        .suggestion,
        when: .atLeast(.eveningsCloseToBed, 2),
        headline: Wording(korean: "잠들기 전 한 시간을 조용히 보내 볼까요?", english: "A quieter hour before bed?"),
        reason: Wording(
            korean: "잠자리 시간이 가까울 때까지 본 저녁이 {eveningsCloseToBed}번 있었어요. "
                + "미국소아과학회는 2016년에 잠들기 한 시간 전부터는 화면을 쉬기를 권했어요.",
            english: "On {eveningsCloseToBed} evenings something was watched close to bedtime. The American Academy of "
                + "Pediatrics advised in 2016 to rest from screens for an hour before sleep."
        ),
        together: Wording(
            korean: "잠자리에서 읽을 책 두 권을 아이가 낮에 미리 골라 베개 옆에 두게 해 보세요.",
            english: "During the day, let your child choose two books and lay them beside the pillow for tonight."
        ),
        source: .aap2016
    )

    private static let overTheLimit = AdviceRule(
        "over-the-limit",
        .suggestion,
        when: .atLeast(.daysOverLimit, 2),
        headline: Wording(korean: "우리 집 시간 약속을 다시 맞춰 볼까요?", english: "Time to look at your family's time again?"),
        reason: Wording(
            korean: "정해 둔 시간보다 더 본 날이 {daysOverLimit}일 있었어요. 누구의 탓도 아니에요. 약속이 지금 우리 집과 잘 맞는지 살펴볼 때일 수 있어요.",
            english:
                "On {daysOverLimit} days more was watched than the time you set. It is nobody's fault; the promise "
                + "may no longer fit your days."
        ),
        together: Wording(
            korean: "하루에 몇 편이 좋을지 아이와 함께 정하고, 그 수만큼 블록을 쌓았다가 한 편 볼 때마다 하나씩 내려 보세요.",
            english:
                "Agree with your child on how many videos a day feel right. Stack as many blocks, and take one down "
                + "for each video."
        ),
        source: .familyMediaPlan
    )

    private static let longSitting = AdviceRule(
        "long-sitting",
        .suggestion,
        when: .atLeast(.longestSittingMinutes, 60),
        headline: Wording(korean: "중간에 한 번 쉬어 갈까요?", english: "A break in between?"),
        reason: Wording(
            korean: "가장 길게 이어 본 시간은 {longestSittingMinutes}분이었어요. "
                + "세계보건기구는 어린아이가 오래 앉아 있기보다 자주 움직이며 지내도록 안내해요.",
            english: "The longest sitting was {longestSittingMinutes} minutes. The World Health Organization advises "
                + "moving often rather than sitting for long."
        ),
        together: Wording(
            korean: "두 편을 보면 일어나 물을 마시고 기지개를 켜기로 해 보세요. 고양이처럼, 기린처럼 켜면 놀이가 돼요.",
            english: "After two videos, stand up for a drink of water and a stretch: like a cat, like a giraffe."
        ),
        source: .who2019
    )

    private static let lateEvening = AdviceRule(
        "late-evening",
        .suggestion,
        when: .atLeast(.lateEvenings, 2),
        headline: Wording(korean: "저녁 마무리 시간을 정해 볼까요?", english: "A time for the evening to end?"),
        reason: Wording(
            korean: "밤 9시가 넘어서까지 본 날이 {lateEvenings}일 있었어요. 마치는 때를 미리 정해 두면 아이도 마음의 준비를 할 수 있어요.",
            english: "On {lateEvenings} days something was watched after nine in the evening. An end that is known "
                + "beforehand is easier to get ready for."
        ),
        together: Wording(
            korean: "규칙에서 잠자리 시간을 정하고, 영상에게 하는 ‘잘 자’ 인사를 아이와 함께 만들어 보세요.",
            english: "Set a bedtime in the rules, and invent a “good night” to say to the videos together."
        ),
        source: .familyMediaPlan
    )

    private static let allAutomatic = AdviceRule(
        "all-automatic",
        .suggestion,
        when: .all([.atLeast(.plays, 5), .atLeast(.automaticPercent, 60)]),
        headline: Wording(korean: "다음 영상은 아이가 골라 볼까요?", english: "Let your child pick the next one?"),
        reason: Wording(
            korean: "고른 영상보다 저절로 이어진 영상이 더 많았어요. 미국소아과학회의 2026년 안내는 시간뿐 아니라 자동 재생 같은 만듦새도 함께 살펴보라고 해요.",
            english:
                "More videos followed by themselves than were chosen. The American Academy of Pediatrics' advice of "
                + "2026 looks at design such as autoplay, and not at time alone."
        ),
        together: Wording(
            korean: "보기 전에 두 편을 함께 골라 ‘오늘의 차림표’를 만들어 보세요. 규칙에서 저절로 이어지는 편 수도 줄일 수 있어요.",
            english: "Pick two videos together beforehand: today's menu. In the rules you can also lower how many may "
                + "follow by themselves."
        ),
        source: .aap2026
    )

    private static let earlyMorning = AdviceRule(
        "early-morning",
        .suggestion,
        when: .atLeast(.earlyMornings, 3),
        headline: Wording(korean: "아침을 다른 놀이로 열어 볼까요?", english: "Another way into the morning?"),
        reason: Wording(
            korean: "아침 7시 전에 영상을 본 날이 {earlyMornings}일 있었어요.",
            english: "On {earlyMornings} days something was watched before seven in the morning."
        ),
        together: Wording(
            korean: "눈뜨면 열어 볼 ‘아침 상자’를 전날 저녁 아이와 함께 채워 보세요. 블록 몇 개와 그림책 한 권이면 충분해요.",
            english: "In the evening, fill a “morning box” together to open on waking. A few blocks and a picture book "
                + "are enough."
        ),
        source: .ownRecords
    )

    private static let oneArea = AdviceRule(
        "one-area",
        .suggestion,
        when: .all([
            .atLeast(.plays, 5), .atLeast(.areasMet, 1), .atMost(.areasMet, 1), .atLeast(.withinCurriculum, 1),
        ]),
        headline: Wording(korean: "다른 이야기도 하나 만나 볼까요?", english: "One more theme to meet?"),
        reason: Wording(
            korean: "누리과정의 다섯 영역 가운데 만난 영역: {met}. 좋아하는 것을 깊이 보는 것도 자연스러워요. "
                + "영역은 놀이 속에서 함께 어우러지니, 다른 이야기는 천천히 만나도 괜찮아요.",
            english:
                "Of the Nuri curriculum's five areas, this one was met: {met}. Looking deeply into something loved "
                + "is natural. In play the areas come together, so there is no hurry with the others."
        ),
        together: Wording(
            korean: "아직 만나지 못한 영역의 영상을 아이와 함께 하나 골라 보세요. 영상 대신 그 이야기로 놀아도 충분해요.",
            english: "Choose one video together from an area not met yet. Playing with that theme instead does just as "
                + "well."
        ),
        source: .nuri
    )

    private static let oneTheme = AdviceRule(
        "one-theme",
        .suggestion,
        when: .all([
            .atLeast(.plays, 5), .atLeast(.areasMet, 1), .atMost(.areasMet, 1), .atMost(.withinCurriculum, 0),
        ]),
        headline: Wording(korean: "다른 이야기도 하나 만나 볼까요?", english: "One more theme to meet?"),
        reason: Wording(
            korean: "만난 이야기: {met}. 좋아하는 것을 깊이 보는 것도 자연스러워요. 다른 이야기는 천천히 만나도 괜찮아요.",
            english:
                "Met: {met}. Looking deeply into something loved is natural, and there is no hurry with other themes."
        ),
        together: Wording(
            korean: "그 이야기와 이어지는 그림책이나 산책거리를 하나 골라 함께해 보세요.",
            english: "Choose a picture book or a walk that goes with that theme, and share it."
        ),
        source: .aap2026
    )

    private static let muchRepeated = AdviceRule(
        "much-repeated",
        .suggestion,
        when: .all([.atLeast(.plays, 8), .atLeast(.repeatedPercent, 70)]),
        headline: Wording(korean: "좋아하는 영상으로 함께 놀아 볼까요?", english: "Play with the favourite?"),
        reason: Wording(
            korean: "전에 본 영상을 다시 본 때가 많았어요. 어린아이가 좋아하는 것을 되풀이해 보는 일은 자연스러워요.",
            english:
                "Many plays were of videos seen before. Coming back to what they love is natural for young children."
        ),
        together: Wording(
            korean: "다음 장면을 아이가 먼저 들려주게 해 보세요. 외운 노래나 말을 함께 흉내 내도 재미있어요.",
            english: "Let your child tell what happens next before it does. Act out the songs and words known by heart."
        ),
        source: .ownRecords
    )

    private static let leftEarly = AdviceRule(
        "left-early",
        .suggestion,
        when: .atLeast(.videosLeftEarly, 5),
        headline: Wording(korean: "고르기를 조금 도와줄까요?", english: "A little help with choosing?"),
        reason: Wording(
            korean: "처음만 보고 지나간 영상이 {videosLeftEarly}편 있었어요. 마음에 드는 것을 찾는 중일 수도 있고, 조금 어렵거나 낯설었을 수도 있어요.",
            english: "{videosLeftEarly} videos were left near their beginning. Perhaps the right one was being looked "
                + "for, or they were a little hard or strange."
        ),
        together: Wording(
            korean: "“어디까지 재미있었어?” 하고 가볍게 물어보고, 다음에는 두 편 가운데 하나를 고르게 해 보세요.",
            english: "Ask lightly, “Up to where was it fun?”, and next time offer two videos to choose between."
        ),
        source: .ownRecords
    )

    private static let noTimeSet = AdviceRule(
        "no-time-set",
        .suggestion,
        when: .all([.atLeast(.daysWatched, 3), .atMost(.daysLimited, 0)]),
        headline: Wording(korean: "우리 집 시간 약속을 만들어 볼까요?", english: "A time of your family's own?"),
        reason: Wording(
            korean: "아직 정해 둔 시간이 없어요. 하루에 얼마나 볼지는 가족이 함께 정하면 돼요.",
            english: "No time is set yet. How much to watch in a day is for your family to decide."
        ),
        together: Wording(
            korean: "영상을 보는 때와 보지 않는 때를 아이와 그림으로 그려 벽에 붙여 보세요.",
            english: "Draw together when there are videos and when there are none, and put the drawing on the wall."
        ),
        source: .familyMediaPlan
    )

    private static let watchTogether = AdviceRule(
        "watch-together",
        .suggestion,
        when: .atLeast(.daysWatched, 3),
        headline: Wording(korean: "한 편은 나란히 앉아 볼까요?", english: "Watch one side by side?"),
        reason: Wording(
            korean: "미국소아과학회는 2016년에 어린아이와 함께 보고 이야기 나누기를 권했어요. 하루 한 편이면 충분해요.",
            english:
                "The American Academy of Pediatrics advised in 2016 to watch with young children and talk about it. "
                + "One video is plenty."
        ),
        together: Wording(
            korean: "아이에게 가장 좋아하는 영상을 소개해 달라고 해 보세요. 오늘은 아이가 안내하는 사람이에요.",
            english: "Ask your child to show you the favourite. Today your child is the guide."
        ),
        source: .aap2016
    )
}

extension AdviceRule {
    /// What went well. Never praise for watching, always for how the family lives with it.
    static let wins: [AdviceRule] = [
        newTheme, withinEveryDay, belowTheLimit, calmEvenings, shortSittings, storyFollowed, daysWithout,
        choseThemselves,
    ]

    private static let newTheme = AdviceRule(
        "new-theme",
        .win,
        when: .atLeast(.newThemes, 1),
        headline: Wording(korean: "새로운 이야기를 만났어요", english: "A new theme was met"),
        reason: Wording(
            korean: "처음 만난 이야기: {new}. 처음 보는 것은 좋은 이야깃거리가 돼요.",
            english: "Met for the first time: {new}. What is new is good to talk about."
        ),
        together: Wording(
            korean: "“처음 본 것 가운데 뭐가 제일 신기했어?” 하고 물어보고, 집이나 동네에서 닮은 것을 하나 찾아보세요.",
            english: "Ask, “What was the most surprising thing you saw?”, and look for something like it at home or "
                + "around the corner."
        ),
        source: .ownRecords
    )

    private static let withinEveryDay = AdviceRule(
        "within-every-day",
        .win,
        when: .all([.atLeast(.daysWithLimit, 3), .atMost(.daysOverLimit, 0), .atLeast(.limitUsed, 76)]),
        headline: Wording(korean: "약속한 시간을 함께 지켰어요", english: "Your family's time was kept"),
        reason: Wording(
            korean: "시간을 정해 둔 {daysWithLimit}일 모두 약속한 만큼 보고 마쳤어요. 약속이 한결같으면 아이도 끝나는 때를 짐작할 수 있어요.",
            english:
                "On all {daysWithLimit} days with a time set, watching ended within it. When the promise stays the "
                + "same, a child can tell when the end is coming."
        ),
        together: Wording(
            korean: "“우리 약속을 같이 지켰네!” 하고 꼭 안아 주세요. 영상을 끈 다음에 할 놀이를 아이가 고르게 해도 좋아요.",
            english:
                "Say, “We kept our promise together!”, and give a big hug. Let your child choose what to play once "
                + "the screen is off."
        ),
        source: .familyMediaPlan
    )

    private static let belowTheLimit = AdviceRule(
        "below-the-limit",
        .win,
        when: .all([.atLeast(.daysWithLimit, 3), .atMost(.daysOverLimit, 0), .atMost(.limitUsed, 75)]),
        headline: Wording(korean: "정한 시간을 남기고 마쳤어요", english: "There was time left over"),
        reason: Wording(
            korean: "정해 둔 시간보다 적게 보고 마쳤어요. 그만큼 화면 밖의 시간이 넉넉했어요.",
            english: "Less was watched than the time you set. That left more of the day for everything else."
        ),
        together: Wording(
            korean: "그 시간에 무엇을 하고 놀았는지 이야기해 보고, 가장 즐거웠던 놀이를 주말에 한 번 더 해 보세요.",
            english: "Talk about what you played in that time, and do the best of it once more at the weekend."
        ),
        source: .familyMediaPlan
    )

    private static let calmEvenings = AdviceRule(
        "calm-evenings",
        .win,
        when: .all([.atLeast(.daysWatched, 3), .atMost(.eveningsCloseToBed, 0)]),
        headline: Wording(korean: "잠들기 전이 조용했어요", english: "Evenings were calm"),
        reason: Wording(
            korean: "잠자리 시간 전 한 시간에는 영상을 보지 않았어요. 미국소아과학회도 2016년에 잠들기 한 시간 전부터는 화면을 쉬기를 권했어요.",
            english:
                "Nothing was watched in the hour before bedtime. The American Academy of Pediatrics advised in 2016 "
                + "to rest from screens for an hour before sleep."
        ),
        together: Wording(
            korean: "이불 속에서 오늘 가장 좋았던 일을 하나씩 이야기해 보세요.",
            english: "Under the blanket, each tell the best thing of the day."
        ),
        source: .aap2016
    )

    private static let shortSittings = AdviceRule(
        "short-sittings",
        .win,
        when: .all([
            .atLeast(.daysWatched, 3), .atMost(.longestSittingMinutes, 30), .atLeast(.longestSittingMinutes, 2),
        ]),
        headline: Wording(korean: "짧게 나누어 봤어요", english: "Short sittings"),
        reason: Wording(
            korean: "한 번에 본 시간은 길어도 {longestSittingMinutes}분쯤이었어요. 짧게 보고 일어나면 몸을 움직일 틈이 생겨요.",
            english:
                "The longest sitting was about {longestSittingMinutes} minutes. Getting up soon leaves room to move."
        ),
        together: Wording(
            korean: "영상이 끝나면 노래 한 곡만큼 함께 추는 ‘끝 춤’을 정해 보세요.",
            english: "Invent an “ending dance”: one song long, danced together whenever a video is over."
        ),
        source: .who2019
    )

    private static let storyFollowed = AdviceRule(
        "story-followed",
        .win,
        when: .atLeast(.seriesVideos, 3),
        headline: Wording(korean: "한 이야기를 차근차근 따라갔어요", english: "One story was followed along"),
        reason: Wording(
            korean: "같은 시리즈를 {seriesVideos}편 봤어요. 아는 친구가 다시 나오면 앞의 일을 떠올리며 볼 수 있어요.",
            english: "{seriesVideos} videos of one series were watched. When a known friend comes back, there is "
                + "something to remember."
        ),
        together: Wording(
            korean: "“다음에는 무슨 일이 생길까?” 하고 뒷이야기를 함께 지어 보세요. 인형에게 주인공을 맡기면 더 재미있어요.",
            english: "Ask, “What will happen next?”, and make up the next part together. A soft toy can play the hero."
        ),
        source: .ownRecords
    )

    private static let daysWithout = AdviceRule(
        "days-without",
        .win,
        when: .all([.atLeast(.daysWithoutWatching, 2), .atLeast(.daysWatched, 1)]),
        headline: Wording(korean: "영상 없이 지낸 날도 있었어요", english: "Some days went by without videos"),
        reason: Wording(
            korean: "{daysWithoutWatching}일은 킥킥을 켜지 않고 지냈어요. 쉬어 가는 날은 다른 놀이가 들어올 자리가 돼요.",
            english: "{daysWithoutWatching} days went by without Kyck. A day of rest leaves a place for other play."
        ),
        together: Wording(
            korean: "그날 하고 놀았던 것을 그려 냉장고에 붙여 보세요. 심심한 날 꺼내 보는 놀이 차림표가 돼요.",
            english: "Draw what you played on those days and put it on the fridge: a menu of games for a dull day."
        ),
        source: .who2019
    )

    private static let choseThemselves = AdviceRule(
        "chose-themselves",
        .win,
        when: .all([.atLeast(.plays, 5), .atMost(.automaticPlays, 0)]),
        headline: Wording(korean: "하나하나 골라서 봤어요", english: "Every video was chosen"),
        reason: Wording(
            korean: "영상이 저절로 이어지지 않고, 볼 것을 매번 골라서 봤어요.",
            english: "No video followed by itself; each one was picked."
        ),
        together: Wording(
            korean: "“이건 왜 골랐어?” 하고 물어보면 아이가 요즘 마음에 둔 것을 들을 수 있어요.",
            english: "Ask, “Why did you pick this one?”, and hear what is on your child's mind."
        ),
        source: .aap2026
    )
}

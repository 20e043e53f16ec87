package import Domain
import SQL

/// `Screening.verdict` as SQL over `video v`, so that a list can be paged without reading the whole catalogue.
///
/// It is the twin of the pure function, never its replacement: what it lets through is asked again. A property test
/// over random catalogues and children holds the two to the same answers.
package struct ScreeningPredicate: Sendable {
    let condition: Query

    package init(child: Child.ID, age: Int, approvedOnly: Bool, now: Instant) {
        let oldest = now - Screening.freshness
        condition = """
            v.state = 'published' AND v.healthy = 1 AND v.embeddable = 1 AND v.made_for_kids = 1
            AND (v.youtube_id IS NULL OR v.fetched_at > \(oldest))
            AND v.duration_ms IS NOT NULL AND (v.title IS NOT NULL OR v.own_title_ko IS NOT NULL OR v.own_title_en IS NOT NULL)
            AND v.age_min <= \(age) AND v.age_max >= \(age)
            AND NOT EXISTS (
                SELECT 1 FROM block b WHERE b.child_id = \(child) AND (
                    (b.kind = 'video' AND b.target_id = v.id)
                    OR (b.kind = 'channel' AND b.target_id = v.channel_id)
                    OR (b.kind = 'series' AND b.target_id = v.series_id)
                    OR (b.kind = 'label' AND EXISTS (
                        SELECT 1 FROM video_label l WHERE l.video_id = v.id AND l.label_id = b.target_id))))
            AND (\(approvedOnly) = 0 OR EXISTS (
                SELECT 1 FROM approval a WHERE a.child_id = \(child) AND a.video_id = v.id))
            """
    }
}

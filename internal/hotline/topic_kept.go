package hotline

import (
	"context"

	"yichuang/internal/audit"
	"yichuang/internal/store"
)

// KeptTopic (留存的话题) is a topic with its tickets as they were at one moment, for a 专报 whose numbers must stay bound
// to the same tickets while the topic goes on changing. Slice.Kept chooses them.
type KeptTopic struct {
	Topic
	Kept string `json:"kept"` // id of the kept list
}

// KeepTopic keeps the tickets of a topic under an id of their own.
func (m *Module) KeepTopic(ctx context.Context, id TopicID) (KeptTopic, error) {
	a, err := topicReader(ctx)
	if err != nil {
		return KeptTopic{}, err
	}
	record, err := m.TopicRecord(ctx, id)
	if err != nil {
		return KeptTopic{}, err
	}
	out := KeptTopic{Topic: record.Topic}
	return out, m.db.WithTx(ctx, func(tx *store.Tx) error {
		out.Kept = tx.NewID()
		n, err := tx.Exec(`INSERT INTO hotline_topic_kept (centre_id, kept_id, ticket_id) SELECT m.centre_id, $3, m.ticket_id FROM hotline_topic_ticket m
			JOIN hotline_ticket t ON t.centre_id = m.centre_id AND t.id = m.ticket_id WHERE m.centre_id = $1 AND m.topic_id = $2 AND t.confidential <> $4`, a.CentreID, id, out.Kept, ConfidentialAll)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.topic_keep", Permission: PermReport, Kind: "topic", Object: string(id), Detail: map[string]any{"kept": out.Kept, "tickets": n}})
	})
}

// SliceCallers counts the people behind a slice (诉求人): a caller once, a ticket without one as one of its own.
func (m *Module) SliceCallers(ctx context.Context, s Slice) (n int64, err error) {
	a, err := sliceReader(ctx, s)
	if err != nil {
		return 0, err
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		w, err := s.where(tx, a.CentreID)
		if err != nil {
			return err
		}
		n, err = store.Get[int64](tx, "SELECT COUNT(DISTINCT NULLIF(t.caller_id, '')) + COUNT(*) FILTER (WHERE t.caller_id = '') FROM hotline_ticket t"+w.SQL(), w.Args...)
		return err
	})
	return n, err
}

// whereKept chooses the tickets of a kept topic.
func (s Slice) whereKept(centre string, w *store.Where) {
	w.And("t.id IN (SELECT k.ticket_id FROM hotline_topic_kept k WHERE k.centre_id = ? AND k.kept_id = ?)", centre, s.Kept)
}

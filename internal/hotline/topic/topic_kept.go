package topic

import (
	"context"

	"yichuang/internal/audit"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// KeptTopic (留存的话题) is a topic with its tickets as they were at one moment, for a 专报 whose numbers must stay bound
// to the same tickets while the topic goes on changing. Slice.Kept chooses them.
type KeptTopic struct {
	Topic
	Kept string `json:"kept"` // id of the kept list
}

// KeepTopic keeps the tickets of a topic under an id of their own.
func (m *Module) Keep(ctx context.Context, id ID) (KeptTopic, error) {
	a, err := topicReader(ctx)
	if err != nil {
		return KeptTopic{}, err
	}
	record, err := m.Record(ctx, id)
	if err != nil {
		return KeptTopic{}, err
	}
	out := KeptTopic{Topic: record.Topic}
	return out, m.db.WithTx(ctx, func(tx *store.Tx) error {
		out.Kept = tx.NewID()
		n, err := tx.Exec(`INSERT INTO hotline_topic_kept (centre_id, kept_id, ticket_id) SELECT m.centre_id, $3, m.ticket_id FROM hotline_topic_ticket m
			JOIN hotline_ticket t ON t.centre_id = m.centre_id AND t.id = m.ticket_id WHERE m.centre_id = $1 AND m.topic_id = $2 AND t.confidential <> $4`, a.CentreID, id, out.Kept, hotline.ConfidentialAll)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.topic_keep", Permission: hotline.PermReport, Kind: "topic", Object: string(id), Detail: map[string]any{"kept": out.Kept, "tickets": n}})
	})
}

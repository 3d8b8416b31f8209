package topic

import (
	"context"
	"errors"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/store"
)

// ErrTopic answers for a topic that is not there.
var ErrMissing = errs.New(errs.NotFound, "hotline.topic", "没有这个热点话题，或您无权查看。请返回热点列表重新选择。")

// TopicRow is a topic as the list shows it.
type TopicRow struct {
	Topic
	CategoryName string `json:"category_name,omitempty"`
	Percent      int    `json:"growth_percent"` // against the period before; of no meaning where there was none
	Grown        bool   `json:"growth_known"`
}

// TopicRecord is a topic with its tickets, the newest first.
type TopicRecord struct {
	TopicRow
	Rows []hotline.Row `json:"tickets_list"`
}

const (
	topicsShown  = 200
	topicTickets = 200 // tickets that the record of a topic lists
)

// topicReader gives the actor, where he may read about the whole centre.
func topicReader(ctx context.Context) (*actor.Actor, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermReport); err != nil {
		return nil, err
	}
	if a.Scope(hotline.PermReport) < actor.Centre { // a unit's figures are its own; a topic is many units'
		return nil, ErrMissing.Hide()
	}
	return a, nil
}

var topicColumns = store.Columns[Topic]("")

// Topics lists the topics of the last gathering, the hottest first.
func (m *Module) List(ctx context.Context) ([]TopicRow, error) {
	a, err := topicReader(ctx)
	if err != nil {
		return nil, err
	}
	var out []TopicRow
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		list, err := store.Select[Topic](tx, "SELECT "+topicColumns+" FROM hotline_topic WHERE centre_id = $1 AND live ORDER BY heat DESC, id LIMIT $2", a.CentreID, topicsShown)
		if err != nil {
			return err
		}
		out, err = topicRows(tx, a.CentreID, list)
		return err
	})
	return out, err
}

func topicRows(tx *store.Tx, centre string, list []Topic) ([]TopicRow, error) {
	names, err := hotline.CategoryNamesTx(tx, centre)
	out := make([]TopicRow, len(list))
	for i, t := range list {
		out[i] = TopicRow{Topic: t, CategoryName: names[t.Category]}
		out[i].Percent, out[i].Grown = t.Growth()
	}
	return out, err
}

// TopicRecord gives a topic with its tickets, for the page, a 督办 or a 专报.
func (m *Module) Record(ctx context.Context, id ID) (TopicRecord, error) {
	a, err := topicReader(ctx)
	if err != nil {
		return TopicRecord{}, err
	}
	var out TopicRecord
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		t, err := store.Get[Topic](tx, "SELECT "+topicColumns+" FROM hotline_topic WHERE centre_id = $1 AND id = $2", a.CentreID, id)
		if errors.Is(err, store.ErrNotFound) {
			return ErrMissing
		}
		if err != nil {
			return err
		}
		rows, err := topicRows(tx, a.CentreID, []Topic{t})
		if err != nil {
			return err
		}
		out.TopicRow = rows[0]
		if a.Scope(hotline.PermRead) < actor.Centre {
			return nil
		}
		out.Rows, err = store.Select[hotline.Row](tx, "SELECT "+store.Columns[hotline.Ticket]("t.")+` FROM hotline_topic_ticket m JOIN hotline_ticket t ON t.centre_id = m.centre_id AND t.id = m.ticket_id
			WHERE m.centre_id = $1 AND m.topic_id = $2 AND t.confidential <> $3 ORDER BY t.id DESC LIMIT $4`, a.CentreID, id, hotline.ConfidentialAll, topicTickets)
		if err != nil {
			return err
		}
		return m.hotline.DecorateTx(tx, a, out.Rows)
	})
	return out, err
}

// NoteTopicExport records that the list of topics left the program.
func (m *Module) NoteExport(ctx context.Context, public bool, rows int) error {
	if _, err := topicReader(ctx); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		return audit.Record(tx, audit.Entry{Action: "hotline." + string(hotline.ActExport), Permission: hotline.PermReport, Kind: "topic", Object: actor.From(ctx).CentreID, Detail: map[string]any{"public": public, "rows": rows}})
	})
}

// PublicTopic (公开热点) is what a publication says of a topic: no title that somebody wrote, and no number below
// TopicLeast.
type PublicTopic struct {
	Place    string `json:"place"`
	Category string `json:"category"`
	Recent   string `json:"recent"`
	Before   string `json:"before"`
}

// Publish gives the topics as a publication may show them (hotline reference §5.4 M16: small-cell suppression). Topics
// with reports of wrongdoing (举报) are left out, so that nobody is pointed at.
func Publish(list []TopicRow) []PublicTopic {
	var out []PublicTopic
	for _, t := range list {
		if t.Reports > 0 || t.Supporters < Least {
			continue
		}
		out = append(out, PublicTopic{Place: t.Place, Category: t.CategoryName, Recent: atLeast(t.Recent), Before: atLeast(t.Before)})
	}
	return out
}

// atLeast shows a number, or that it is too small to be shown.
func atLeast(n int) string {
	if n > 0 && n < Least {
		return "少于 5"
	}
	return strconv.Itoa(n)
}

// TopicSupervision is what became of one unit when a topic was made a 督办.
type TopicSupervision struct {
	TicketNo string `json:"ticket_no"`
	Unit     string `json:"unit"`
	No       string `json:"no,omitempty"`
	Problem  string `json:"problem,omitempty"`
}

// SuperviseTopic makes a topic a 督办: each unit that still has one of its tickets is supervised on the oldest of them.
// Units that cannot be are in the answer with the reason.
func (m *Module) Supervise(ctx context.Context, id ID, in hotline.SupervisionInput) ([]TopicSupervision, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermSupervise); err != nil {
		return nil, err
	}
	if err := in.Validate(); err != nil {
		return nil, err
	}
	record, err := m.Record(ctx, id)
	if err != nil {
		return nil, err
	}
	oldest := map[string]hotline.Row{}
	var units []string
	for _, r := range record.Rows { // newest first, so that the oldest stays
		if r.UnitID == "" || !r.Open {
			continue
		}
		if _, ok := oldest[r.UnitID]; !ok {
			units = append(units, r.UnitID)
		}
		oldest[r.UnitID] = r
	}
	if len(units) == 0 {
		return nil, hotline.ErrState.Say("这个话题的工单都没有在办，没有可以督办的单位。")
	}
	var out []TopicSupervision
	opened := 0
	for _, u := range units {
		r := oldest[u]
		one := TopicSupervision{TicketNo: r.No, Unit: r.Unit}
		s, err := m.hotline.Supervise(ctx, hotline.Command{TicketID: r.ID}, in)
		if err != nil {
			if errs.KindOf(err) == errs.Internal {
				return out, err
			}
			one.Problem = errs.As(err).Public
		} else {
			one.No = s.No
			opened++
		}
		out = append(out, one)
	}
	if opened == 0 {
		return out, nil
	}
	return out, m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE hotline_topic SET supervised_at = $1, supervised_by = $2 WHERE centre_id = $3 AND id = $4", tx.Now(), a.UserID, a.CentreID, id); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.topic_supervise", Permission: hotline.PermSupervise, Kind: "topic", Object: string(id), Detail: map[string]any{"opened": opened}})
	})
}

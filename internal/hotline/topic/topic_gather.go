package topic

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/jobs"
	"yichuang/internal/store"
)

const (
	jobTopics   = "hotline.topics"
	topicsEvery = time.Hour
	topicPause  = 5 * time.Millisecond // after so much work as a processor does in about as long
)

// Schedule makes sure that a centre's topics are gathered by and by.
func Schedule(tx *store.Tx, centre string) error {
	return jobs.Ensure(tx, centre, jobTopics, jobTopics)
}

// topicsJob gathers the topics beside the queue, which may not wait for it. What one run misses the next one finds.
func (m *Module) topicsJob(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	tx.AfterCommit(func() {
		m.beside.Go(func(ctx context.Context) {
			if !m.gathering.TryLock() { // the run before is not over yet
				return
			}
			defer m.gathering.Unlock()
			if _, err := m.Gather(actor.With(ctx, actor.SystemFor(j.CentreID))); err != nil && ctx.Err() == nil { // the end of the program is no fault
				m.log.Warn("topics could not be gathered", "module", "hotline", "error", err.Error())
			}
		})
	})
	return jobs.Snooze(tx.Now().Add(topicsEvery)), nil
}

// Gather groups the tickets of the window anew (汇集热点) and gives how many topics there are. Topics that stay
// together keep their id; those that are over keep their last figures.
func (m *Module) Gather(ctx context.Context) (int, error) {
	a := actor.From(ctx)
	if err := a.Require(hotline.PermTopic); err != nil {
		return 0, err
	}
	var list []topicTicket
	var divisions []string
	now := m.clock.Now()
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		if list, err = windowTickets(tx, a.CentreID, now); err != nil {
			return err
		}
		divisions, err = m.org.DivisionNamesTx(tx, a.CentreID)
		return err
	})
	if err != nil {
		return 0, err
	}
	topics := gatherTopics(list, divisions, now, func() { time.Sleep(topicPause) })
	return len(topics), m.db.WithTx(ctx, func(tx *store.Tx) error {
		if err := saveTopics(tx, a.CentreID, topics); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.topics", Permission: hotline.PermTopic, Kind: "topic", Object: a.CentreID, Detail: map[string]any{"tickets": len(list), "topics": len(topics)}})
	})
}

// windowTickets reads the newest tickets of the window; what is confidential as a whole is in no topic.
func windowTickets(tx *store.Tx, centre string, now clock.Instant) ([]topicTicket, error) {
	since := now.Add(-topicWindow)
	return store.Select[topicTicket](tx, `SELECT id, title, content, address, category, kind, caller_id, created_at FROM hotline_ticket
		WHERE centre_id = $1 AND id >= $2 AND created_at >= $3 AND confidential <> $4 ORDER BY id DESC LIMIT $5`,
		centre, id.Format(id.At(since)), since, hotline.ConfidentialAll, topicMost)
}

// saveTopics puts the topics in the place of those of the last gathering.
func saveTopics(tx *store.Tx, centre string, topics []gathered) error {
	type member struct {
		Topic  ID               `db:"topic_id"`
		Ticket hotline.TicketID `db:"ticket_id"`
	}
	old, err := store.Select[member](tx, `SELECT m.topic_id, m.ticket_id FROM hotline_topic_ticket m JOIN hotline_topic t ON t.centre_id = m.centre_id AND t.id = m.topic_id
		WHERE m.centre_id = $1 AND t.live`, centre)
	if err != nil {
		return err
	}
	of := map[hotline.TicketID]ID{}
	for _, o := range old {
		of[o.Ticket] = o.Topic
	}
	keepNames(tx, topics, of)
	if _, err := tx.Exec("UPDATE hotline_topic SET live = FALSE WHERE centre_id = $1 AND live", centre); err != nil {
		return err
	}
	for i := range topics {
		if err := saveTopic(tx, centre, &topics[i]); err != nil {
			return err
		}
	}
	return nil
}

// keepNames gives each topic the id of the old one that most of its tickets were in, the pair with the most tickets in
// common first; others get ids of their own.
func keepNames(tx *store.Tx, topics []gathered, of map[hotline.TicketID]ID) {
	type pair struct {
		at, n int
		old   ID
	}
	var pairs []pair
	for i, t := range topics {
		count := map[ID]int{}
		for _, ticket := range t.ids {
			if o := of[ticket]; o != "" {
				count[o]++
			}
		}
		for o, n := range count {
			pairs = append(pairs, pair{i, n, o})
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.at, b.at), cmp.Compare(a.old, b.old))
	})
	taken := map[ID]bool{}
	for i := range topics {
		topics[i].ID = ""
	}
	for _, p := range pairs {
		if topics[p.at].ID == "" && !taken[p.old] && 2*p.n >= Least {
			topics[p.at].ID, taken[p.old] = p.old, true
		}
	}
	for i := range topics {
		if topics[i].ID == "" {
			topics[i].ID = ID(tx.NewID())
		}
	}
}

// saveTopic writes a topic and its tickets.
func saveTopic(tx *store.Tx, centre string, t *gathered) error {
	t.CentreID = centre
	changed, err := tx.Exec(`UPDATE hotline_topic SET live = TRUE, title = $3, place = $4, category = $5, terms = $6, times = $7, tickets = $8, recent = $9, earlier = $10,
		supporters = $11, heat = $12, reports = $13, first_at = $14, last_at = $15, gathered_at = $16 WHERE centre_id = $1 AND id = $2`,
		centre, t.ID, t.Title, t.Place, t.Category, t.Terms, t.Times, t.Tickets, t.Recent, t.Before, t.Supporters, t.Heat, t.Reports, t.FirstAt, t.LastAt, t.GatheredAt)
	if err != nil {
		return err
	}
	if changed == 0 {
		if err := store.Insert(tx, "hotline_topic", t.Topic); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("DELETE FROM hotline_topic_ticket WHERE centre_id = $1 AND topic_id = $2", centre, t.ID); err != nil {
		return err
	}
	for _, ticket := range t.ids {
		if _, err := tx.Exec("INSERT INTO hotline_topic_ticket (centre_id, topic_id, ticket_id) VALUES ($1, $2, $3)", centre, t.ID, ticket); err != nil {
			return err
		}
	}
	return nil
}

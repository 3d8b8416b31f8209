package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/app"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/id"
	"yichuang/internal/party"
	"yichuang/internal/store"
	"yichuang/internal/text"
)

// preloadChunk is how many tickets one transaction inserts.
const preloadChunk = 400

// openShare: one ticket in so many is still open at a unit's desk, as in a centre that works.
const openShare = 200

// fullTicket is a whole row of hotline_ticket.
type fullTicket struct {
	hotline.Ticket
	hotline.TicketText
	QueryBix string `db:"query_bix"`
}

// template is one ticket that really went through its life, with every row that it left; preloaded tickets are copies
// of it with their own ids, times and texts. Their event hashes are the template's: the figures need rows of the true
// size and number, not a chain.
type template struct {
	ticket   fullTicket
	person   party.Person
	legs     []hotline.Leg
	events   []hotline.Event
	calls    []hotline.CallbackResult
	lines    []audit.Line
	lastSeqs [audit.Streams]int64
}

func (c *centre) preload(ctx context.Context, a *app.App, n int, progress io.Writer) error {
	if n == 0 {
		return nil
	}
	t, err := c.makeTemplate(ctx, a)
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	ids, categories := id.NewSource(9), leaves()
	rnd := rand.New(rand.NewSource(20260508))
	end := a.Clock.Now().Add(-24 * time.Hour)
	begin := end.Add(-2 * 365 * 24 * time.Hour)
	step := max(1, (end-begin)/clock.Instant(n))
	for done := 0; done < n; done += preloadChunk {
		size := min(preloadChunk, n-done)
		texts := make([]copyText, size)
		for i := range texts {
			texts[i] = newCopyText(rnd, categories)
		}
		err := a.DB.WithTx(ctx, func(tx *store.Tx) error {
			for i := range size {
				at := begin + step*clock.Instant(done+i)
				if err := t.copy(tx, ids, at, done+i, texts[i], c.units); err != nil {
					return err
				}
			}
			return t.saveHeads(tx)
		})
		if err != nil {
			return err
		}
		if progress != nil && done%(preloadChunk*100) == 0 {
			fmt.Fprintf(progress, "preloaded %d of %d\n", done, n)
		}
	}
	if err := a.DB.WithTx(ctx, func(tx *store.Tx) error { return finishPreload(tx, t.ticket.CentreID, n) }); err != nil {
		return err
	}
	return teach(ctx, a, progress)
}

// teach trains the models that suggest, as a centre of that size has them.
func teach(ctx context.Context, a *app.App, progress io.Writer) error {
	for _, kind := range advice.ModelKinds {
		watch := startWatch()
		row, err := a.Advice.Train(ctx, kind, 1)
		if err == nil {
			_, err = a.Advice.ActivateModel(ctx, row.ID)
		}
		if errors.Is(err, advice.ErrLessons) {
			continue
		}
		if err != nil {
			return fmt.Errorf("model %s: %w", kind, err)
		}
		if progress != nil {
			fmt.Fprintf(progress, "model %s of %d requests trained in %.1f s\n", kind, row.Examples, watch().Seconds())
		}
	}
	return nil
}

// finishPreload adds the copies to the counts and lets the engine look at its tables.
func finishPreload(tx *store.Tx, centre string, n int) error {
	if err := tx.Queue("INSERT INTO hotline_count (centre_id, name, day, dim, shard, n) VALUES ($1, 'state', '', 'CLOSED', 0, $2) ON CONFLICT (centre_id, name, day, dim, shard) DO UPDATE SET n = hotline_count.n + excluded.n",
		centre, n); err != nil {
		return err
	}
	if tx.Engine() == store.SQLite {
		return nil // the store keeps no statistics there
	}
	_, err := tx.Exec("ANALYZE")
	return err
}

// copyText is what differs from ticket to ticket, computed outside the transaction.
type copyText struct{ category, title, content, address, tokens string }

// leaves are the categories that requests are filed under.
func leaves() []string {
	var out []string
	for _, c := range hotline.DefaultCategories() {
		if c.Parent != "" {
			out = append(out, c.Code)
		}
	}
	return out
}

// newCopyText makes a request; some of its words are those of its category, so that a model finds something to learn.
func newCopyText(r *rand.Rand, categories []string) copyText {
	n := r.Intn(len(categories))
	own := words[n%len(words)] + words[(n*7+3)%len(words)]
	t := copyText{category: categories[n], title: own + sentence(r, 14), content: own + sentence(r, 84), address: sentence(r, 10)}
	t.tokens = hotline.SearchTokens(t.title, t.content, t.address)
	return t
}

func (t *template) copy(tx *store.Tx, ids *id.Source, at clock.Instant, n int, txt copyText, units []string) error {
	number := ids.Number(at)
	tk := t.ticket
	tk.ID, tk.No = hotline.TicketID(id.Format(number)), fmt.Sprintf("%s-P%07d", at.Time().Format("20060102"), n)
	tk.Category, tk.Title, tk.Content, tk.Address, tk.QueryBix = txt.category, txt.title, txt.content, txt.address, id.Format(number)+"-preloaded"
	unit := units[n%len(units)]
	p := t.person
	p.ID, p.PhoneBix, p.CreatedAt = id.Format(ids.Number(at)), fmt.Sprintf("preloaded-%016x", uint64(n)*0x9E3779B97F4A7C15), at
	shift := at - tk.CreatedAt
	tk.CallerID, tk.UnitID, tk.CreatedAt, tk.AcceptedAt, tk.ClosedAt, tk.Due, tk.QueueAt = p.ID, unit, at, tk.AcceptedAt+shift, tk.ClosedAt+shift, tk.Due+shift, tk.QueueAt+shift
	open := n%openShare == 0
	if open {
		tk.State, tk.Open, tk.ClosedAt, tk.CloseKind = hotline.Handling, true, 0, ""
	}
	if err := store.Insert(tx, "party_person", p); err != nil {
		return err
	}
	if err := store.Insert(tx, "hotline_ticket", tk); err != nil {
		return err
	}
	for _, l := range t.legs {
		l.ID, l.TicketID, l.UnitID = hotline.LegID(id.Format(ids.Number(at))), tk.ID, unit
		l.DispatchedAt, l.SignDue, l.SignedAt, l.Due, l.FirstDue = l.DispatchedAt+shift, l.SignDue+shift, l.SignedAt+shift, l.Due+shift, l.FirstDue+shift
		l.ContactDue, l.ContactedAt = l.ContactDue+shift, l.ContactedAt+shift
		if open {
			l.State, l.Open, l.SubmittedAt, l.AcceptedAt, l.Outcome = hotline.Signed, true, 0, 0, ""
		}
		if err := store.Insert(tx, "hotline_leg", l); err != nil {
			return err
		}
	}
	for _, e := range t.events {
		e.TicketID, e.At = tk.ID, e.At+shift
		if err := store.Insert(tx, "hotline_event", e); err != nil {
			return err
		}
	}
	for _, cb := range t.calls {
		cb.TicketID, cb.ID, cb.At, cb.UnitID = tk.ID, id.Format(ids.Number(at)), cb.At+shift, unit
		if err := store.Insert(tx, "hotline_callback", cb); err != nil {
			return err
		}
	}
	if err := t.copyLines(tx, ids, at, string(tk.ID)); err != nil {
		return err
	}
	return text.Index{Name: "ticket"}.Put(tx, tk.CentreID, number, nil, txt.tokens)
}

func (t *template) copyLines(tx *store.Tx, ids *id.Source, at clock.Instant, ticket string) error {
	stream := audit.StreamOf(ticket)
	for _, l := range t.lines {
		t.lastSeqs[stream]++
		l.Stream, l.Seq, l.ID, l.At, l.Object = stream, t.lastSeqs[stream], id.Format(ids.Number(at)), at, ticket
		if err := store.Insert(tx, "audit_log", l); err != nil {
			return err
		}
	}
	return nil
}

func (t *template) saveHeads(tx *store.Tx) error {
	for stream, seq := range t.lastSeqs {
		if err := tx.Queue("INSERT INTO audit_head (centre_id, stream, seq, hash) VALUES ($1, $2, $3, $4) ON CONFLICT (centre_id, stream) DO UPDATE SET seq = excluded.seq",
			t.ticket.CentreID, stream, seq, t.lines[0].Hash); err != nil {
			return err
		}
	}
	return nil
}

// makeTemplate lives one life through the use cases and reads back what it left.
func (c *centre) makeTemplate(ctx context.Context, a *app.App) (*template, error) {
	reg, err := a.Hotline.Register(ctx, hotline.RegisterInput{Channel: "电话", Kind: hotline.Complaint, Category: "0101", Area: "622901001", Title: "预置", Content: "预置工单", Name: "张三", Phone: "13900000000"})
	if err != nil {
		return nil, err
	}
	cmd := hotline.Command{TicketID: reg.ID}
	for _, do := range []func() (hotline.Ticket, error){
		func() (hotline.Ticket, error) { return a.Hotline.Accept(ctx, cmd, hotline.Classify{}) },
		func() (hotline.Ticket, error) {
			return a.Hotline.Dispatch(ctx, cmd, hotline.DispatchInput{UnitID: c.unit})
		},
		func() (hotline.Ticket, error) { return a.Hotline.Sign(ctx, cmd) },
		func() (hotline.Ticket, error) {
			return a.Hotline.Submit(ctx, cmd, hotline.Reply{Public: "经现场核查，已安排人员维修完毕，并已电话告知来电人。", Solved: "已解决", ContactedAt: a.Clock.Now()})
		},
		func() (hotline.Ticket, error) { return a.Hotline.Approve(ctx, cmd, "") },
		func() (hotline.Ticket, error) {
			return a.Hotline.RecordCallback(ctx, cmd, hotline.CallbackResult{Reached: true, Result: hotline.Satisfied})
		},
		func() (hotline.Ticket, error) { return a.Hotline.Close(ctx, cmd, "") },
	} {
		if _, err := do(); err != nil {
			return nil, err
		}
	}
	var t template
	err = a.DB.Read(ctx, func(tx *store.Tx) error { return t.load(tx, actor.From(ctx).CentreID, string(reg.ID)) })
	return &t, err
}

func (t *template) load(tx *store.Tx, centre, ticket string) (err error) {
	if t.ticket, err = store.Get[fullTicket](tx, "SELECT "+store.Columns[fullTicket]("")+" FROM hotline_ticket WHERE centre_id = $1 AND id = $2", centre, ticket); err != nil {
		return err
	}
	if t.person, err = party.Load(tx, centre, t.ticket.CallerID); err != nil {
		return err
	}
	if t.legs, err = store.Select[hotline.Leg](tx, "SELECT "+store.Columns[hotline.Leg]("")+" FROM hotline_leg WHERE centre_id = $1 AND ticket_id = $2", centre, ticket); err != nil {
		return err
	}
	if t.events, err = store.Select[hotline.Event](tx, "SELECT "+store.Columns[hotline.Event]("")+" FROM hotline_event WHERE centre_id = $1 AND ticket_id = $2 ORDER BY seq", centre, ticket); err != nil {
		return err
	}
	if t.calls, err = store.Select[hotline.CallbackResult](tx, "SELECT "+store.Columns[hotline.CallbackResult]("")+" FROM hotline_callback WHERE centre_id = $1 AND ticket_id = $2", centre, ticket); err != nil {
		return err
	}
	if t.lines, err = audit.List(tx, centre, audit.Filter{Object: ticket}); err != nil {
		return err
	}
	type head struct {
		Stream int64 `db:"stream"`
		Seq    int64 `db:"seq"`
	}
	heads, err := store.Select[head](tx, "SELECT stream, seq FROM audit_head WHERE centre_id = $1", centre)
	for _, h := range heads {
		t.lastSeqs[h.Stream] = h.Seq
	}
	return err
}

// someTickets lists ids spread over the newest and, by the desk, older tickets.
func (cl *client) someTickets(ctx context.Context) ([]string, error) {
	var page struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	var ids []string
	for _, path := range []string{"/tickets?limit=100", "/desk?limit=100&unit=" + cl.c.unit} {
		role := "lead"
		if len(ids) > 0 {
			role = "head"
		}
		if err := cl.getJSON(ctx, cl.c.tokens[role], path, &page); err != nil {
			return nil, err
		}
		for _, it := range page.Items {
			ids = append(ids, it.ID)
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("no tickets to read")
	}
	return ids, nil
}

func (cl *client) getJSON(ctx context.Context, token, path string, into any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, cl.c.base+"/api/v1"+path, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := cl.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(io.LimitReader(res.Body, 500))
		return fmt.Errorf("GET %s: %s: %s", path, res.Status, b)
	}
	return decode(res.Body, into)
}

package hotline

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// ReasonCodes are the reasons of a caller who is not satisfied (不满意原因), for the analysis of ratings; the caller's own
// words stand beside them.
var ReasonCodes = []string{"问题没有解决", "解决不彻底", "答复与事实不符", "办理时间太长", "没有联系本人", "服务态度不好", "对政策规定不认可", "其他"}

// Refusals of call-backs.
var (
	ErrClaimed    = errs.New(errs.Conflict, "hotline.call_claimed", "同事正在回访这位来电人，请先回访下一件。")
	ErrNoCall     = errs.New(errs.NotFound, "hotline.no_call", "现在没有可以回访的工单：都已回访，或还没有到再次拨打的时间。")
	ErrTriesSpent = errs.New(errs.Conflict, "hotline.tries_spent", "已经按规定的次数和天数拨打过，仍未接通。请按无法回访办结。")
)

// againAfter is how long after a call that nobody answered the next one may follow on the same day.
const againAfter = 2 * time.Hour

// tries is what was tried to reach one caller in a round.
type tries struct {
	calls, days int
	reached     bool
}

func triesOf(calls []CallbackResult, about TicketID) tries {
	var t tries
	days := map[clock.Date]bool{}
	for _, c := range calls {
		if c.About != about {
			continue
		}
		t.calls++
		t.reached = t.reached || c.Reached
		days[c.At.Date()] = true
	}
	t.days = len(days)
	return t
}

// spent reports whether nothing more is to be tried: the caller counts as not to be reached (无法回访).
func (t tries) spent(l Limits) bool {
	return !t.reached && t.calls >= l.CallbackTries && t.days >= l.CallbackDays
}

// next is when a caller who was not reached may be called again: two hours later or, where the tries that are left are
// needed for other days, at the start of business of the next working day; 0 where the tries are spent.
func (t tries) next(l Limits, cal *calendar.Calendar, now clock.Instant) clock.Instant {
	if t.reached || t.spent(l) {
		return 0
	}
	if daysLeft := l.CallbackDays - t.days; daysLeft > 0 && l.CallbackTries-t.calls <= daysLeft {
		if at, ok := cal.Open(cal.NextWorkday(now.Date()), ""); ok {
			return at
		}
	}
	return now.Add(againAfter)
}

// called notes an attempt that nobody answered: it is refused where the tries are spent, and says when to call again.
func (m *Module) called(tx *store.Tx, o *order, before []CallbackResult, c CallbackResult) error {
	k, err := m.clocks(tx, o.CentreID)
	if err != nil {
		return err
	}
	if triesOf(before, c.About).spent(k.limits) {
		return ErrTriesSpent.Say("已在 %d 天里拨打 %d 次，仍未接通。请按无法回访办结。", triesOf(before, c.About).days, triesOf(before, c.About).calls)
	}
	o.CallAfter = triesOf(append(slices.Clone(before), c), c.About).next(k.limits, k.cal, c.At)
	return nil
}

// personKey tells whom a call-back is with, so that two desks do not call the same person about two tickets.
func (t *Ticket) personKey() string {
	if t.CallerID != "" {
		return t.CallerID
	}
	return "ticket " + string(t.ID)
}

// claim holds a ticket's caller for the actor, for the centre's minutes; what the actor held before is let go.
func (m *Module) claim(tx *store.Tx, t *Ticket) error {
	a := actor.From(tx.Context())
	limits, err := m.LimitsTx(tx, t.CentreID)
	if err != nil {
		return err
	}
	if _, err := tx.Exec("DELETE FROM hotline_call_claim WHERE centre_id = $1 AND user_id = $2", t.CentreID, a.UserID); err != nil {
		return err
	}
	until := tx.Now().Add(time.Duration(limits.CallbackMinutes) * time.Minute)
	made, err := tx.Exec(`INSERT INTO hotline_call_claim (centre_id, person, ticket_id, user_id, until) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (centre_id, person) DO UPDATE SET ticket_id = excluded.ticket_id, user_id = excluded.user_id, until = excluded.until WHERE hotline_call_claim.until <= $6`,
		t.CentreID, t.personKey(), t.ID, a.UserID, until, tx.Now())
	if err != nil {
		return err
	}
	if made == 0 {
		return ErrClaimed
	}
	return audit.Record(tx, audit.Entry{Action: "hotline.call_claim", Permission: PermCallback, Kind: "ticket", Object: string(t.ID), Detail: map[string]any{"no": t.No}})
}

// ClaimCall holds the caller of a ticket for the actor (领取回访); it fails with hotline.call_claimed where a colleague is
// calling the same person.
func (m *Module) ClaimCall(ctx context.Context, ticket TicketID) error {
	a := actor.From(ctx)
	if err := a.Require(PermCallback); err != nil {
		return err
	}
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		o, err := loadOrder(tx, a.CentreID, ticket)
		if err != nil {
			return err
		}
		if err := o.visible(a, PermCallback); err != nil {
			return err
		}
		if o.State != Callback {
			return ErrState.Say("工单处于“%s”，不需要回访。", o.State.Label())
		}
		return m.claim(tx, &o.Ticket)
	})
}

// claimAhead is how many tickets of the queue are looked at for one that nobody holds.
const claimAhead = 200

// ClaimNext holds the most pressing ticket whose caller nobody is calling and who may be called now (下一件), and gives
// it. It fails with hotline.no_call where there is none.
func (m *Module) ClaimNext(ctx context.Context) (Ticket, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCallback); err != nil {
		return Ticket{}, err
	}
	var out Ticket
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		list, err := store.Select[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND state = $2 AND open ORDER BY queue_at, id LIMIT $3", a.CentreID, Callback, claimAhead)
		if err != nil {
			return err
		}
		for i := range list {
			if list[i].CallAfter > tx.Now() {
				continue
			}
			err := m.claim(tx, &list[i])
			if err == nil {
				out = list[i]
			}
			if errs.As(err).Code != ErrClaimed.Code {
				return err
			}
		}
		return ErrNoCall
	})
	return out, err
}

// CallRow is a ticket of the call list (回访清单): what was tried, when to try again, and who is calling.
type CallRow struct {
	Row
	Tried  int           `json:"tried"` // attempts of this round that nobody answered
	After  clock.Instant `json:"after,omitzero"`
	Holder string        `json:"holder,omitempty"` // who is calling this person now; "" is nobody, or the reader
	Mine   bool          `json:"mine"`             // the reader holds the person
}

type claimRow struct {
	Person string `db:"person"`
	UserID string `db:"user_id"`
}

type triedRow struct {
	TicketID TicketID `db:"ticket_id"`
	Round    int      `db:"round"`
	N        int      `db:"n"`
}

// CallList gives a page of the call list, the most pressing first, and the cursor of the next.
func (m *Module) CallList(ctx context.Context, after string, limit int) ([]CallRow, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermCallback); err != nil {
		return nil, "", err
	}
	list, next, err := m.List(ctx, Filter{State: Callback, After: after, Limit: limit})
	if err != nil || len(list) == 0 {
		return nil, "", err
	}
	out := make([]CallRow, len(list))
	people, tickets := make([]string, len(list)), make([]TicketID, len(list))
	for i := range list {
		out[i] = CallRow{Row: list[i], After: list[i].CallAfter}
		people[i], tickets[i] = list[i].personKey(), list[i].ID
	}
	err = m.db.Read(ctx, func(tx *store.Tx) error {
		w := (&store.Where{}).And("centre_id = ?", a.CentreID)
		store.In(w, "person", people)
		w.And("until > ?", tx.Now())
		held, err := store.Select[claimRow](tx, "SELECT person, user_id FROM hotline_call_claim"+w.SQL(), w.Args...)
		if err != nil {
			return err
		}
		w = (&store.Where{}).And("centre_id = ?", a.CentreID)
		store.In(w, "ticket_id", tickets)
		w.And("NOT reached")
		tried, err := store.Select[triedRow](tx, "SELECT ticket_id, round, COUNT(*) AS n FROM hotline_callback"+w.SQL()+" GROUP BY ticket_id, round", w.Args...)
		if err != nil {
			return err
		}
		var users []string
		for _, h := range held {
			users = append(users, h.UserID)
		}
		names, err := m.org.UserNamesTx(tx, a.CentreID, users)
		for i := range out {
			out[i].mark(a, held, tried, names)
		}
		return err
	})
	return out, next, err
}

func (r *CallRow) mark(a *actor.Actor, held []claimRow, tried []triedRow, names map[string]string) {
	for _, h := range held {
		if h.Person != r.personKey() {
			continue
		}
		if r.Mine = h.UserID == a.UserID; !r.Mine {
			r.Holder = names[h.UserID]
		}
	}
	for _, t := range tried {
		if t.TicketID == r.ID && t.Round == r.Round {
			r.Tried = t.N
		}
	}
}

// Sample (抽样) decides which closed orders are called back: the share of them, by a seed that is drawn when the share is
// set and kept, so that anybody can later compute the decisions again.
type Sample struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Seed     string        `db:"seed" json:"seed"`
	Share    int           `db:"share" json:"share"` // percent
	At       clock.Instant `db:"at" json:"at"`
	By       string        `db:"by_user" json:"by,omitempty"`
}

// Drawn reports whether the sample has drawn a ticket: the SM3 of seed and ticket, as a number below 10,000, is below
// the share.
func (s Sample) Drawn(t TicketID) bool {
	sum := crypt.SM3([]byte(s.Seed + "|" + string(t)))
	return binary.BigEndian.Uint64(sum[:8])%10000 < uint64(s.Share)*100
}

// always reports whether a ticket is called back whatever the sample says.
func (o *order) always() bool {
	return o.Kind == Report || o.Urgency != Ordinary || o.Round > 1 || o.Supervised > 0 || o.MergedCount > 0
}

// leftOut reports whether the call-back of an order is left out because the sample has not drawn it.
func (r *rulebook) leftOut(o *order) bool {
	return r.limits.CallbackShare < 100 && r.sample.Seed != "" && !o.always() && !r.sample.Drawn(o.ID)
}

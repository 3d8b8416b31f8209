package hotline

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Message (短信) is a text for somebody outside the program. It holds no number: the number is looked up when the message
// is handed to the gateway, and is in no list.
type Message struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	TicketID TicketID      `db:"ticket_id" json:"ticket_id"`
	Kind     string        `db:"kind" json:"kind"`
	PersonID string        `db:"person_id" json:"-"` // a caller, or
	UserID   string        `db:"user_id" json:"user_id,omitempty"`
	Text     string        `db:"text" json:"text"`
	State    string        `db:"state" json:"state"`
	Tries    int           `db:"tries" json:"tries"`
	SendAt   clock.Instant `db:"send_at" json:"send_at"`
	SentAt   clock.Instant `db:"sent_at" json:"sent_at,omitzero"`
	Problem  string        `db:"problem" json:"problem,omitempty"`
	At       clock.Instant `db:"at" json:"at"`
}

// Kinds of message.
const (
	MessageRating = "rating" // 邀请评价: the link of a rating, when a reply was approved
	MessageDuty   = "duty"   // 紧急提醒: to the leader on duty
)

// MessageLabel is the Chinese name of a kind of message.
func MessageLabel(kind string) string {
	return map[string]string{MessageRating: "邀请评价", MessageDuty: "紧急提醒"}[kind]
}

// States of a message.
const (
	MessageWaiting = "waiting" // 待发
	MessageSent    = "sent"    // 已交网关: the gateway has taken it; whether it arrived the program does not know
	MessageFailed  = "failed"  // 未发出
)

// MessageStateLabel is the Chinese name of a state.
func MessageStateLabel(state string) string {
	return map[string]string{MessageWaiting: "待发", MessageSent: "已交网关", MessageFailed: "未发出"}[state]
}

// messageTries is how often the gateway is asked before a message counts as failed; messageLease is how long one process
// has for an attempt before another may take it.
const (
	messageTries = 5
	messageLease = 2 * time.Minute
	messageBatch = 20
)

// queueMessage lets a message wait for the gateway.
func queueMessage(tx *store.Tx, o *order, kind, person, user, text string) error {
	return store.Insert(tx, "hotline_message", Message{CentreID: o.CentreID, ID: tx.NewID(), TicketID: o.ID, Kind: kind, PersonID: person, UserID: user, Text: text,
		State: MessageWaiting, SendAt: tx.Now(), At: tx.Now()})
}

// inviteRating queues the link of a rating for an order's caller, where the centre sends such messages.
func (m *Module) inviteRating(tx *store.Tx, o *order, c clocks) error {
	if c.limits.RatingMessages == 0 || !o.wants() {
		return nil
	}
	days := strconv.Itoa(c.limits.RatingDays)
	return queueMessage(tx, o, MessageRating, o.CallerID, "", "【12345】您反映的事（"+o.No+"）已有答复，请评价："+linkHere+" （"+days+" 天内有效，请勿转发）")
}

// linkHere stands for the link in the stored text of a message: the link itself is made when the message is sent, so that
// no list and no copy of the database holds one.
const linkHere = "{评价链接}"

// ErrPublicURL tells that a link cannot be made.
var ErrPublicURL = errs.New(errs.Unavailable, "hotline.public_url", "没有设置对外网址（public-url），不能发送评价链接。")

// textOf is a message as it is sent.
func (m *Module) textOf(ctx context.Context, g *Message) (string, error) {
	if !strings.Contains(g.Text, linkHere) {
		return g.Text, nil
	}
	if m.public == "" {
		return "", ErrPublicURL
	}
	ctx = actor.With(ctx, actor.SystemFor(g.CentreID))
	centre, err := m.org.Centre(ctx, g.CentreID)
	if err != nil {
		return "", err
	}
	limits, err := m.Limits(ctx)
	until := g.At.Add(time.Duration(limits.RatingDays) * 24 * time.Hour)
	return strings.ReplaceAll(g.Text, linkHere, strings.TrimSuffix(m.public, "/")+"/12345/c/"+centre.Code+"/r/"+m.RatingToken(g.CentreID, g.TicketID, until)), err
}

// Gateway hands a text to the service that sends short messages.
type Gateway func(ctx context.Context, phone, text string) error

// SendMessages hands what waits in the actor's centre to the gateway, one batch, and tells how many it took. Only the
// program itself may. The number is looked up outside
// any list; a failure is tried again, later each time.
func (m *Module) SendMessages(ctx context.Context, send Gateway) (int, error) {
	if a := actor.From(ctx); a.Kind != actor.System {
		return 0, actor.ErrForbidden.With("permission", string(PermMessages))
	}
	batch, err := m.takeMessages(ctx)
	for i := range batch {
		g := &batch[i]
		phone, problem := m.phoneOf(ctx, g)
		if problem == nil && phone == "" {
			problem = errNoPhone
		}
		text := ""
		if problem == nil {
			text, problem = m.textOf(ctx, g)
		}
		if problem == nil {
			problem = send(ctx, phone, text)
		}
		if err := m.messageDone(ctx, g, problem); err != nil {
			return i, err
		}
	}
	return len(batch), err
}

var errNoPhone = errors.New("没有电话号码")

// takeMessages leases a batch of what waits.
func (m *Module) takeMessages(ctx context.Context) ([]Message, error) {
	var out []Message
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		out, err = store.Select[Message](tx, "SELECT "+store.Columns[Message]("")+" FROM hotline_message WHERE centre_id = $1 AND state = '"+MessageWaiting+"' AND send_at <= $2 ORDER BY send_at, id LIMIT $3"+tx.SkipLocked(),
			actor.From(ctx).CentreID, tx.Now(), messageBatch)
		for _, g := range out {
			if err == nil {
				_, err = tx.Exec("UPDATE hotline_message SET tries = tries + 1, send_at = $1 WHERE centre_id = $2 AND id = $3", tx.Now().Add(messageLease), g.CentreID, g.ID)
			}
		}
		return err
	})
	return out, err
}

// phoneOf looks up whom a message is for.
func (m *Module) phoneOf(ctx context.Context, g *Message) (string, error) {
	ctx = actor.With(ctx, actor.SystemFor(g.CentreID))
	if g.UserID != "" {
		phone, err := m.org.Phone(ctx, g.UserID)
		return string(phone), err
	}
	var phone string
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		p, err := party.Load(tx, g.CentreID, g.PersonID)
		if err != nil {
			return err
		}
		c, err := m.party.Open(p)
		phone = c.Phone
		return err
	})
	return phone, err
}

// messageDone notes what the gateway answered.
func (m *Module) messageDone(ctx context.Context, g *Message, problem error) error {
	return m.db.WithTx(actor.With(ctx, actor.SystemFor(g.CentreID)), func(tx *store.Tx) error {
		g.Tries++
		switch {
		case problem == nil:
			g.State, g.SentAt, g.Problem = MessageSent, tx.Now(), ""
		case g.Tries >= messageTries || errors.Is(problem, errNoPhone):
			g.State, g.Problem = MessageFailed, firstRunes(problem.Error(), maxShort)
		default:
			g.SendAt, g.Problem = tx.Now().Add(time.Duration(1<<g.Tries)*time.Minute), firstRunes(problem.Error(), maxShort)
		}
		if _, err := tx.Exec("UPDATE hotline_message SET state = $1, sent_at = $2, send_at = $3, problem = $4 WHERE centre_id = $5 AND id = $6", g.State, g.SentAt, g.SendAt, g.Problem, g.CentreID, g.ID); err != nil {
			return err
		}
		if g.State == MessageWaiting {
			return nil
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.message", Kind: "ticket", Object: string(g.TicketID), Detail: map[string]any{"message": g.ID, "kind": g.Kind, "state": g.State}})
	})
}

// MessageFilter chooses messages, newest first.
type MessageFilter struct {
	State string
	After string
	Limit int
}

// MessageRow is a message as its list shows it.
type MessageRow struct {
	Message
	No string `db:"no" json:"no"`
}

// Messages gives a page of the centre's messages and the cursor of the next.
func (m *Module) Messages(ctx context.Context, f MessageFilter) ([]MessageRow, string, error) {
	a := actor.From(ctx)
	if err := a.Require(PermMessages); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("g.centre_id = ?", a.CentreID)
	if f.State != "" {
		w.And("g.state = ?", f.State)
	}
	if f.After != "" {
		if _, err := id.Parse(f.After); err != nil {
			return nil, "", ErrCursor
		}
		w.And("g.id < ?", f.After)
	}
	n := PageSize(f.Limit)
	w.Args = append(w.Args, n+1)
	var rows []MessageRow
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		rows, err = store.Select[MessageRow](tx, "SELECT "+store.Columns[Message]("g.")+", t.no FROM hotline_message g JOIN hotline_ticket t ON t.centre_id = g.centre_id AND t.id = g.ticket_id"+
			w.SQL()+" ORDER BY g.id DESC LIMIT $"+strconv.Itoa(len(w.Args)), w.Args...)
		return err
	})
	next := ""
	if len(rows) > n {
		rows, next = rows[:n], rows[n-1].ID
	}
	return rows, next, err
}

package outbox

import (
	"context"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// Message (短信) is a text of a module of the hall for somebody outside the program: one for its kind, object and turn, however
// often it is put. It holds neither number nor link.
type Message struct {
	CentreID string        `db:"centre_id" json:"-"`
	ID       string        `db:"id" json:"id"`
	Kind     string        `db:"kind" json:"kind"`
	Object   string        `db:"object" json:"-"`
	Turn     int64         `db:"turn" json:"turn"`
	No       string        `db:"no" json:"no"` // number of what it is about
	PersonID string        `db:"person_id" json:"-"`
	Text     string        `db:"text" json:"text"`
	State    State         `db:"state" json:"state"`
	Tries    int64         `db:"tries" json:"tries"`
	SendAt   clock.Instant `db:"send_at" json:"send_at"`
	SentAt   clock.Instant `db:"sent_at" json:"sent_at,omitzero"`
	Problem  string        `db:"problem" json:"problem,omitempty"`
	At       clock.Instant `db:"at" json:"at"`
}

var messageColumns = store.Columns[Message]("")

// State is how far a message has come.
type State string

// The states of a message.
const (
	Waiting State = "waiting" // 待发
	Sent    State = "sent"    // 已交网关: the gateway has taken it; whether it arrived the program does not know
	Failed  State = "failed"  // 未发出
	Dropped State = "dropped" // 不再需要: what it asks for has been done, or its time has passed
)

// States lists the states in the order of a message's life.
func States() []State { return []State{Waiting, Sent, Failed, Dropped} }

// Label is the state's Chinese name.
func (s State) Label() string {
	return map[State]string{Waiting: "待发", Sent: "已交网关", Failed: "未发出", Dropped: "不再需要"}[s]
}

// LinkHere stands for a link in the text of a message: the link itself is made when the message is sent.
const LinkHere = "{链接}"

// Messages go out by day (发送时段): from eight in the morning to nine in the evening.
const (
	dayBegins = 8 * time.Hour
	dayEnds   = 21 * time.Hour
)

// daytime is the first moment from now at which a message may go out.
func daytime(now clock.Instant) clock.Instant {
	day := now.Date()
	switch {
	case now < day.Start().Add(dayBegins):
		return day.Start().Add(dayBegins)
	case now >= day.Start().Add(dayEnds):
		return (day + 1).Start().Add(dayBegins)
	}
	return now
}

// Put lets a message wait for the gateway, in the transaction of what it tells. The second of the same kind, object and turn is
// none.
func (m *Module) Put(tx *store.Tx, g Message) error {
	return tx.Queue(`INSERT INTO outbox_message (centre_id, id, kind, object, turn, no, person_id, text, state, tries, send_at, sent_at, problem, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, 0, '', $11) ON CONFLICT (centre_id, kind, object, turn) DO NOTHING`,
		g.CentreID, tx.NewID(), g.Kind, g.Object, g.Turn, g.No, g.PersonID, g.Text, Waiting, daytime(tx.Now()), tx.Now())
}

// ForgetTx removes the messages of a kind about an object whose record is destroyed (销毁).
func ForgetTx(tx *store.Tx, centre, kind, object string) error {
	return tx.Queue("DELETE FROM outbox_message WHERE centre_id = $1 AND kind = $2 AND object = $3", centre, kind, object)
}

// Filter chooses messages, newest first.
type Filter struct {
	State State
	After string
}

const listPage = 50

// ErrCursor refuses a place in the list that there is not.
var ErrCursor = errs.New(errs.Invalid, "outbox.cursor", "列表的位置不对，请从第一页看起。")

// Messages gives a page of the centre's messages and the cursor of the next.
func (m *Module) Messages(ctx context.Context, f Filter) (list []Message, next string, err error) {
	a := actor.From(ctx)
	if err := a.Require(PermRead); err != nil {
		return nil, "", err
	}
	w := (&store.Where{}).And("centre_id = ?", a.CentreID)
	if f.State != "" {
		w.And("state = ?", f.State)
	}
	if f.After = strings.TrimSpace(f.After); f.After != "" {
		if _, err := id.Parse(f.After); err != nil {
			return nil, "", ErrCursor
		}
		w.And("id < ?", f.After)
	}
	err = m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[Message](tx, "SELECT "+messageColumns+" FROM outbox_message"+w.SQL()+" ORDER BY id DESC LIMIT 51", w.Args...)
		return err
	})
	if len(list) > listPage {
		list, next = list[:listPage], list[listPage-1].ID
	}
	return list, next, err
}

package outbox

import (
	"context"
	"errors"
	"strings"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// How often the gateway is asked before a message counts as failed, how long one process has for an attempt before another may
// take it, and how many are taken at once.
const (
	tries = 5
	lease = 2 * time.Minute
	batch = 20
)

// What ends an attempt without a message.
var (
	Drop         = errors.New("不再需要") // a Finish says so
	ErrPublicURL = errs.New(errs.Unavailable, "outbox.public_url", "没有设置对外网址（public-url），不能发送链接。")
	errNoPhone   = errors.New("没有电话号码")
)

// Gateway hands a text to the service that sends short messages.
type Gateway func(ctx context.Context, phone, text string) error

// Send hands what waits in the actor's centre to the gateway, one batch, and tells how many it took. Only the program itself may.
// A failure is tried again, later each time.
func (m *Module) Send(ctx context.Context, send Gateway) (int, error) {
	if a := actor.From(ctx); a.Kind != actor.System {
		return 0, actor.ErrForbidden.With("permission", string(PermRead))
	}
	list, err := m.take(ctx)
	for i := range list {
		if mine, err := m.renew(ctx, &list[i]); err != nil || !mine {
			if err != nil {
				return i, err
			}
			continue
		}
		if err := m.done(ctx, &list[i], m.attempt(ctx, &list[i], send)); err != nil {
			return i, err
		}
	}
	return len(list), err
}

// take leases a batch of what waits; by night nothing does.
func (m *Module) take(ctx context.Context) ([]Message, error) {
	var out []Message
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if out = nil; daytime(tx.Now()) != tx.Now() {
			return nil
		}
		out, err = store.Select[Message](tx, "SELECT "+messageColumns+" FROM outbox_message WHERE centre_id = $1 AND state = 'waiting' AND send_at <= $2 ORDER BY send_at, id LIMIT $3"+tx.SkipLocked(),
			actor.From(ctx).CentreID, tx.Now(), batch)
		for _, g := range out {
			if err == nil {
				_, err = tx.Exec("UPDATE outbox_message SET tries = tries + 1, send_at = $3 WHERE centre_id = $1 AND id = $2", g.CentreID, g.ID, tx.Now().Add(lease))
			}
		}
		return err
	})
	return out, err
}

// renew lengthens the lease of a message before its attempt: the ones before it in the batch may have taken long. It tells whether
// the message is still this process's.
func (m *Module) renew(ctx context.Context, g *Message) (mine bool, err error) {
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec("UPDATE outbox_message SET send_at = $4 WHERE centre_id = $1 AND id = $2 AND state = 'waiting' AND tries = $3", g.CentreID, g.ID, g.Tries+1, tx.Now().Add(lease))
		mine = n > 0
		return err
	})
	return mine, err
}

// attempt finishes one message and hands it over.
func (m *Module) attempt(ctx context.Context, g *Message, send Gateway) error {
	text, err := m.text(ctx, g)
	if err != nil {
		return err
	}
	phone, err := m.phone(ctx, g)
	if err != nil {
		return err
	}
	return send(ctx, phone, text)
}

// text is a message as it is sent: with the centre's name before it and the link in its place.
func (m *Module) text(ctx context.Context, g *Message) (string, error) {
	path, err := m.kinds[g.Kind].finish(ctx, g)
	if err != nil {
		return "", err
	}
	centre, err := m.org.Centre(ctx, g.CentreID)
	if err != nil {
		return "", err
	}
	text := "【" + centre.Name + "】" + g.Text
	if !strings.Contains(text, LinkHere) {
		return text, nil
	}
	if m.public == "" {
		return "", ErrPublicURL
	}
	return strings.ReplaceAll(text, LinkHere, strings.TrimSuffix(m.public, "/")+path), nil
}

// phone looks up the number of whom a message is for.
func (m *Module) phone(ctx context.Context, g *Message) (string, error) {
	var who party.Contact
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		p, err := party.Load(tx, g.CentreID, g.PersonID)
		if errors.Is(err, store.ErrNotFound) {
			return errNoPhone
		}
		if err == nil {
			who, err = m.party.Open(p)
		}
		return err
	})
	if err == nil && who.Phone == "" {
		err = errNoPhone
	}
	return who.Phone, err
}

// done notes what became of an attempt, also while the program stops: what the gateway took must not go again.
func (m *Module) done(ctx context.Context, g *Message, problem error) error {
	ctx = context.WithoutCancel(ctx)
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		state, sentAt, sendAt, why := Waiting, g.SentAt, tx.Now().Add(time.Duration(2<<g.Tries)*time.Minute), ""
		switch {
		case problem == nil:
			state, sentAt = Sent, tx.Now()
		case errors.Is(problem, Drop), errors.Is(problem, errNoPhone):
			state, why = Dropped, problem.Error()
		case g.Tries+1 >= tries:
			state, why = Failed, short(problem)
		default:
			why = short(problem)
		}
		n, err := tx.Exec("UPDATE outbox_message SET state = $3, sent_at = $4, send_at = $5, problem = $6 WHERE centre_id = $1 AND id = $2 AND tries = $7", g.CentreID, g.ID, state, sentAt, sendAt, why, g.Tries+1)
		if err != nil || n == 0 {
			return err
		}
		if state == Waiting {
			return nil
		}
		return audit.Record(tx, audit.Entry{Action: "outbox.message", Kind: "outbox_message", Object: g.ID, Detail: map[string]any{"kind": g.Kind, "no": g.No, "state": state}})
	})
}

// short is a problem in the words that the list has room for.
func short(problem error) string {
	text := problem.Error()
	if e := new(errs.Error); errors.As(problem, &e) {
		text = e.Public
	}
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200])
	}
	return text
}

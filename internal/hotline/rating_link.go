package hotline

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/errs"
	"yichuang/internal/id"
	"yichuang/internal/once"
	"yichuang/internal/store"
)

// ErrRatingLink answers for a link of a rating that is wrong or too old, alike.
var ErrRatingLink = errs.New(errs.NotFound, "hotline.rating_link", "评价链接不对或已过期。您可以用查询码查询和评价，也可以拨打 12345。")

// sealLen is how many characters of the seal a link carries: 80 bits.
const sealLen = 16

// RatingToken gives the signed part of a link by which a ticket's caller rates it without code or number, good until a
// moment: ticket, end and a seal of the key file over both and the centre.
func (m *Module) RatingToken(centre string, t TicketID, until clock.Instant) string {
	body := string(t) + "." + strconv.FormatInt(int64(until)/1000, 36)
	return body + "." + m.ratingSeal(centre, body)
}

func (m *Module) ratingSeal(centre, body string) string {
	return m.keys.BlindIndex(crypt.Kind("rating"), centre+"|"+body)[:sealLen]
}

// ratedTicket checks a link's token and gives its ticket.
func (m *Module) ratedTicket(centre, token string, now clock.Instant) (TicketID, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return "", ErrRatingLink
	}
	until, err := strconv.ParseInt(parts[1], 36, 64)
	if _, bad := id.Parse(parts[0]); bad != nil || err != nil || parts[2] != m.ratingSeal(centre, parts[0]+"."+parts[1]) {
		return "", ErrRatingLink
	}
	if int64(now)/1000 > until {
		return "", ErrRatingLink
	}
	return TicketID(parts[0]), nil
}

// RatingPage gives the progress of the ticket that a link is for; the title of a confidential one is left out.
func (m *Module) RatingPage(ctx context.Context, token string) (Progress, error) {
	a := actor.From(ctx)
	var p Progress
	err := m.db.Read(ctx, func(tx *store.Tx) error {
		ticket, err := m.ratedTicket(a.CentreID, token, tx.Now())
		if err != nil {
			return err
		}
		t, err := store.Get[Ticket](tx, "SELECT "+ticketColumns+" FROM hotline_ticket WHERE centre_id = $1 AND id = $2", a.CentreID, ticket)
		if errors.Is(err, store.ErrNotFound) {
			return ErrRatingLink
		}
		if err != nil {
			return err
		}
		p, err = m.progress(tx, &t)
		if t.Confidential != NotConfidential {
			p.Title = ""
		}
		return err
	})
	return p, err
}

// RateByLink is Rate by the link of a message instead of a query code; it counts as a call-back by message.
func (m *Module) RateByLink(ctx context.Context, token string, in RateInput) error {
	c := CallbackResult{Channel: "短信", Reached: true, Result: in.Result, Attitude: in.Attitude, Solved: in.Solved, Reason: in.Reason, Code: in.ReasonCode}
	if err := c.validate(); err != nil {
		return err
	}
	found, err := m.RatingPage(ctx, token)
	if err != nil {
		return err
	}
	return m.rateFound(ctx, found, in.Key, c)
}

// rateFound records a rating of the ticket that a caller has found.
func (m *Module) rateFound(ctx context.Context, found Progress, key string, c CallbackResult) error {
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, repeated, err := once.Claim(tx, key, "rate|"+string(found.ID), string(found.ID)); err != nil || repeated {
			return err
		}
		if err := audit.Lock(tx, found.CentreID, string(found.At)); err != nil {
			return err
		}
		o, err := loadOrder(tx, found.CentreID, found.At)
		if err != nil {
			return err
		}
		if found.At != found.ID {
			c.About = found.ID
		}
		return m.rate(tx, o, c)
	})
}

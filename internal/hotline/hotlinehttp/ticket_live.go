package hotlinehttp

import (
	"context"
	"fmt"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// liveTicket is where the open page of a ticket hears of what happens to it and who else has it open.
func (v *recordView) liveTicket() string {
	return ticketPath(v.No, "live") + fmt.Sprintf("?seen=%d", v.EventSeq)
}

// followTicket tells an open page of a ticket what happened since it was shown, and who else is there. While the page is
// open its reader is there too.
func (s desks) followTicket(c *web.Ctx) error {
	d, err := s.Hotline.Find(c.Context(), c.Param("no"))
	if err != nil {
		return err
	}
	form := c.Form()
	visit := hotline.Visit{TicketID: d.ID, ID: c.RequestID(), Since: form.Int("seen"), Writing: deedAt(form.Text("writing")).action}
	if !c.Streams() {
		g, err := s.Hotline.Glance(c.Context(), visit)
		if err != nil {
			return err
		}
		return c.Tell(ticketTidings(d.No, g))
	}
	f, err := s.Hotline.Follow(c.Context(), d.ID)
	if err != nil {
		return err
	}
	defer f.Stop()
	l := openTicket{desks: s, no: d.No, visit: visit, follower: f, now: c.Now}
	defer l.leave(context.WithoutCancel(c.Context()), c)
	return c.Live(web.Stream{Wake: f.Wake(), Every: hotline.PresenceBeat, Look: l.look})
}

// openTicket is an open page of a ticket.
type openTicket struct {
	desks
	no       string
	visit    hotline.Visit
	follower *hotline.Follower
	arrived  clock.Instant
	now      func() clock.Instant
}

func (l *openTicket) look(ctx context.Context) (any, error) {
	l.follower.Changed()
	if now := l.now(); l.arrived.IsZero() || now.Sub(l.arrived) >= hotline.PresenceBeat/2 {
		if err := l.Hotline.Arrive(ctx, l.visit); err != nil {
			return nil, err
		}
		l.arrived = now
	}
	g, err := l.Hotline.Glance(ctx, l.visit)
	if err != nil {
		return nil, err
	}
	return ticketTidings(l.no, g), nil
}

// leave says that the page is closed. Where that fails the row expires by itself.
func (l *openTicket) leave(ctx context.Context, c *web.Ctx) {
	if err := l.Hotline.Leave(ctx, l.visit); err != nil {
		c.Note(err)
	}
}

// ticketTidings words what an open page must know.
func ticketTidings(no string, g hotline.Glimpse) web.Tidings {
	out := web.Tidings{Count: len(g.Events), Href: ticketPath(no)}
	if n := len(g.Events); n > 0 {
		e := &g.Events[n-1]
		who := strings.TrimSpace(g.UnitNames[e.UnitID] + " " + e.ActorName)
		out.Text = fmt.Sprintf("%s %s %s，现在是“%s”。点这里看最新内容", e.At.Time().Format("15:04"), who, e.Action.Label(), g.State.Label())
	}
	for _, o := range g.Others {
		out.People = append(out.People, visitorText(o))
	}
	return out
}

// visitorText says who somebody is and what they are doing.
func visitorText(o hotline.Visitor) string {
	who := strings.TrimSpace(o.Unit + " " + o.Name)
	if who == "" {
		who = "热线办"
	}
	if o.Writing != "" {
		who += "（正在填写：" + o.Writing.Label() + "）"
	}
	return who
}

package app

import (
	"context"
	"net/url"
	"strconv"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/calendar"
	"yichuang/internal/complaint"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinehttp"
	"yichuang/internal/party"
	"yichuang/internal/store"
	"yichuang/internal/web"
)

// matterHref is where the page of a matter is.
func matterHref(k complaint.Kind, below string) string {
	if k == complaint.Complaint {
		return "/complaints" + below
	}
	return "/stuck" + below
}

// besideTicket tells a ticket's page what became of the ticket outside the hotline: the stuck matter or complaint that it is tied to
// and how far that is or, while there is none, the ways to make it one.
func (a *App) besideTicket(ctx context.Context, t *hotline.Ticket) (out hotlinehttp.Beside, err error) {
	followed, err := a.Complaint.ByTicket(ctx, string(t.ID))
	for _, f := range followed {
		line := hotlinehttp.BesideLine{Label: f.Kind.Label() + " " + f.No, State: f.State.Label()}
		if f.Due != 0 && f.State.Open() {
			line.Due = calendar.FormatDue(f.Due)
		}
		if f.May {
			line.Href = matterHref(f.Kind, "/"+f.No)
		}
		out.Lines = append(out.Lines, line)
	}
	if err != nil || len(followed) > 0 || !t.Open {
		return out, err
	}
	who := actor.From(ctx)
	for _, k := range []complaint.Kind{complaint.Stuck, complaint.Complaint} {
		perm := map[complaint.Kind]actor.Permission{complaint.Stuck: complaint.PermStuckRegister, complaint.Complaint: complaint.PermComplaintRegister}[k]
		if who.Can(perm) {
			out.Ways = append(out.Ways, web.Link{Label: "转" + k.Label(), Href: matterHref(k, "/new?ticket="+url.QueryEscape(t.No))})
		}
	}
	return out, nil
}

// keptPeople counts, by the reasons, the people who could not be forgotten with a destroyed record yet.
func (a *App) keptPeople(ctx context.Context) (out map[string]int, err error) {
	who := actor.From(ctx)
	if err := who.Require(archive.PermRead); err != nil {
		return nil, err
	}
	err = a.DB.Read(ctx, func(tx *store.Tx) error {
		out, err = party.WaitingTx(tx, who.CentreID)
		return err
	})
	return out, err
}

// besideDesk links the hotline's desk with the desk of stuck matters, for those who see it.
func (a *App) besideDesk(ctx context.Context) ([]web.Link, error) {
	if !actor.From(ctx).Can(complaint.PermStuckRead) {
		return nil, nil
	}
	n, err := a.Complaint.Open(ctx, complaint.Stuck)
	label := "办不成事"
	if n > 0 {
		label += " " + strconv.Itoa(n)
	}
	return []web.Link{{Label: label, Href: matterHref(complaint.Stuck, "")}}, err
}

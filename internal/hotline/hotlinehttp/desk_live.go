package hotlinehttp

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/web"
)

// unitQueue is the name of the unit's desk in the address of the live bar.
const unitQueue = "unit"

// liveAddress is where the quiet bar of a list hears of news since the list was shown.
func liveAddress(queue string, since clock.Instant) string {
	return fmt.Sprintf("/hotline/live?queue=%s&since=%d", queue, since)
}

// live tells what came into a list and what became due in it since a moment: as events for as long as the page is
// open, or once.
func (s desks) live(c *web.Ctx) error {
	since, err := strconv.ParseInt(c.Query("since"), 10, 64)
	queue := c.Query("queue")
	if err != nil || since <= 0 || queue != unitQueue && !hotline.State(queue).Open() {
		return c.NoContent()
	}
	q := desk.NewsQuery{State: hotline.State(queue), Unit: queue == unitQueue, Since: clock.Instant(since)}
	if !c.Streams() {
		n, err := s.Desk.News(c.Context(), q)
		if err != nil {
			return err
		}
		return c.Tell(newsOf(q, n))
	}
	f, err := s.Hotline.Follow(c.Context(), "")
	if err != nil {
		return err
	}
	defer f.Stop()
	l := liveList{s, q, f, desk.News{}, true}
	return c.Live(web.Stream{Wake: f.Wake(), Look: l.look})
}

// liveList is an open list.
type liveList struct {
	desks
	query    desk.NewsQuery
	follower *hotline.Follower
	last     desk.News
	first    bool
}

// look asks about the tickets that changed and those that were new before; everything is asked only at first, and where
// more changed than the feed could tell.
func (l *liveList) look(ctx context.Context) (any, error) {
	changed, all := l.follower.Changed()
	q := l.query
	if !l.first && !all {
		q.Among = append(slices.Clone(l.last.New), changed...)
		if q.Among == nil {
			q.Among = []hotline.TicketID{}
		}
	}
	n, err := l.Desk.News(ctx, q)
	if err != nil {
		return nil, err
	}
	l.last, l.first = n, false
	return newsOf(q, n), nil
}

// newsOf words the news of a list.
func newsOf(q desk.NewsQuery, n desk.News) web.Tidings {
	out := web.Tidings{Count: len(n.New) + n.Due, Text: newsText(len(n.New), n.Due), Href: "/hotline/unit"}
	if !q.Unit {
		out.Href = queueAddress(q.State)
	}
	for _, h := range n.Newest {
		title := h.Title
		if title == "" {
			title = "（内容保密，打开查看）"
		}
		if h.Urgency != hotline.Ordinary {
			title = "【" + h.Urgency + "】" + title
		}
		out.Items = append(out.Items, web.Link{Label: h.No + " " + title, Href: ticketPath(h.No)})
	}
	return out
}

// queueAddress is the list in which a state is worked on.
func queueAddress(state hotline.State) string {
	switch state {
	case hotline.Review:
		return "/hotline/review"
	case hotline.Callback:
		return "/hotline/callback"
	}
	return "/hotline?state=" + string(state)
}

func newsText(fresh, due int) string {
	var out []string
	for _, p := range []struct {
		n    int
		what string
	}{{fresh, "新工单"}, {due, "刚到期"}} {
		switch {
		case p.n >= 100:
			out = append(out, "100 件以上"+p.what)
		case p.n > 0:
			out = append(out, strconv.Itoa(p.n)+" 件"+p.what)
		}
	}
	return strings.Join(out, "，")
}

package hotlinehttp

import (
	"net/url"
	"slices"
	"strings"

	"yichuang/internal/calendar"
	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/web"
)

// ticketPath is the address of a ticket's record, with further path below it.
func ticketPath(no string, below ...string) string {
	return strings.Join(append([]string{"/hotline/tickets", url.PathEscape(no)}, below...), "/")
}

// shownTitle is a ticket's title as lists may show it: the content of some is confidential.
func shownTitle(t *hotline.Ticket) string {
	if t.Confidential == hotline.ConfidentialAll {
		return "（内容保密，打开查看）"
	}
	return t.Title
}

// stateTone colours a state's word lightly; red and amber are kept for the cards.
func stateTone(s hotline.State) web.Tone {
	switch s {
	case hotline.Closed, hotline.Archived:
		return web.Success
	case hotline.Draft, hotline.Triage, hotline.Review, hotline.Callback, hotline.Dispatched, hotline.Handling:
		return web.Info
	}
	return ""
}

func urgencyTone(u string) web.Tone {
	switch u {
	case hotline.Critical:
		return web.Danger
	case hotline.Urgent:
		return web.Warning
	}
	return ""
}

func legTone(s hotline.LegState) web.Tone {
	switch s {
	case hotline.Accepted:
		return web.Success
	case hotline.Cancelled, hotline.LegSuspended:
		return ""
	}
	return web.Info
}

// rowLight is the card of a row: red once overdue, yellow from a working day before.
func rowLight(r *hotline.Row) web.Light {
	switch {
	case r.Overdue:
		return web.Red
	case r.Yellow:
		return web.Yellow
	}
	return web.NoLight
}

// rowEnd is an end as lists show it. Only the units' handling is carded (红黄牌); the office's own steps are just late.
type rowEnd struct {
	web.Due
	carded bool
}

// rowDue is the end that matters in a row's state: the unit's for what is being handled, else that of the office's own
// step, which the queue is sorted by.
func rowDue(r *hotline.Row, cal *calendar.Calendar, now clock.Instant) rowEnd {
	switch r.State {
	case hotline.Dispatched, hotline.Handling, hotline.Suspended:
		return rowEnd{web.Due{At: r.Due, Left: r.Remaining, Light: rowLight(r), Provisional: r.Provisional}, true}
	case hotline.Triage, hotline.Callback:
		d := web.Due{At: r.QueueAt, Left: cal.Remaining(calendar.UnitWorkMinute, now, r.QueueAt, "").Text()}
		if now > r.QueueAt {
			d.Light = web.Red
		}
		return rowEnd{Due: d}
	}
	return rowEnd{}
}

// queueDueLabel says what the due of a queue is.
func queueDueLabel(s hotline.State) string {
	switch s {
	case hotline.Triage:
		return "派单时限"
	case hotline.Callback:
		return "回访时限"
	}
	return "办理时限"
}

// options turns a list of words into choices.
func options(words ...string) []web.Option {
	out := make([]web.Option, len(words))
	for i, w := range words {
		out[i] = web.Option{Value: w, Label: w}
	}
	return out
}

// confidentialLabel names a degree of confidentiality; "" for none.
func confidentialLabel(c string) string {
	switch c {
	case hotline.ConfidentialCaller:
		return "来电人信息保密"
	case hotline.ConfidentialAll:
		return "内容和来电人信息保密"
	}
	return ""
}

func outcomeLabel(o string) string {
	switch o {
	case hotline.OnTime:
		return "按时"
	case hotline.Late:
		return "超期"
	}
	return ""
}

// isOpenState reports whether s is one of the states that a queue can show.
func isOpenState(s hotline.State) bool { return slices.Contains(hotline.States, s) }

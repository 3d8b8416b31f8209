package e2e

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"yichuang/internal/casework"
	"yichuang/internal/complaint"
	"yichuang/internal/hall"
	"yichuang/internal/item"
	"yichuang/internal/supervision"
)

// hallShots are the pictures of chapters 19, 21 and 24 to 31: the queue, cases, ratings, complaints, alerts, people, stars,
// townships, shared data and the figures of the hall.
func (h *house) hallShots(t *testing.T) []shot {
	t.Helper()
	address := h.devices(t)
	h.waiting(t)
	calls := func(p *person) {
		p.clicks("叫下一位")
		p.sees("到场，开始办理")
		p.settles()
	}
	return []shot{
		{"hall-setup", "gaofang", h.hallSetup(t), 1400, nil},
		{"hall-kiosk", "", address[hall.Kiosk], 900, nil},
		{"hall-desk", "mahua", "/hall/desk", 640, calls},
		{"hall-display", "", address[hall.Display], 810, func(p *person) { p.sees("请到") }},
		{"hall-figures", "mazhiyuan", "/hall/figures", 760, nil},
		{"hall-intake", "mahua", h.intake(t, "人力资源服务许可", "劳务派遣经营许可"), 1180, nil},
		{"hall-case", "mahua", h.received(t) + "?do=notify", 900, nil},
		{"hall-licences", "zhoumin", "/casework/licences", 520, nil},
		{"hall-rating", "sunli", "/rating", 760, nil},
		{"hall-rating-task", "sunli", "/rating/tasks", 640, nil},
		{"hall-complaint", "sunli", h.complained(t), 760, nil},
		{"hall-alert", "zhoumin", h.card(t) + "?do=answer", 760, nil},
		{"hall-month", "gaofang", "/workforce/attendance", 560, nil},
		{"hall-sheet", "sunli", "/workforce/sheets/2026-04", 760, nil},
		{"hall-star", "gaofang", "/honour/rounds", 700, func(p *person) {
			p.clicks("本期政务之星")
			p.at("/honour/rounds/")
		}},
		{"hall-visits", "sunli", "/site/visits", 560, nil},
		{"hall-share", "xujing", "/exchange/requests", 520, nil},
		{"hall-overview", "mazhiyuan", "/hall/overview", 900, nil},
	}
}

// waiting gives the counter of the desk somebody to call.
func (h *house) waiting(t *testing.T) {
	t.Helper()
	ctx := h.as(t, "mahua")
	d, err := h.app.Hall.OwnDesk(ctx)
	for i := range 4 {
		if err == nil {
			_, err = h.app.Hall.TakeAtCounter(ctx, d.Counter.ID, hall.TakeInput{QueueID: d.Counter.Queues[0], Class: hall.Ordinary, Key: strconv.Itoa(i)})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (h *house) hallSetup(t *testing.T) string {
	t.Helper()
	places, err := h.app.Hall.Places(h.as(t, "gaofang"))
	i := slices.IndexFunc(places, func(p hall.Place) bool { return p.Opened })
	if err != nil || i < 0 {
		t.Fatalf("%d places, %v", len(places), err)
	}
	return "/hall/setup/" + places[i].SiteID
}

// intake is the form of one visit for several items.
func (h *house) intake(t *testing.T, items ...string) string {
	t.Helper()
	path := "/casework/new?"
	for _, name := range items {
		list, _, err := h.app.Item.Guides(h.as(t, "mahua"), item.GuideFilter{Query: name, Limit: 1})
		if err != nil || len(list) == 0 {
			t.Fatalf("%s: %v", name, err)
		}
		path += "item=" + list[0].ItemID + "&"
	}
	return strings.TrimSuffix(path, "&")
}

// received is a case at a window on which nothing was done yet.
func (h *house) received(t *testing.T) string {
	t.Helper()
	list, _, err := h.app.Casework.Cases(h.as(t, "mahua"), casework.Filter{State: casework.Received})
	if err != nil || len(list) == 0 {
		t.Fatalf("%d cases, %v", len(list), err)
	}
	i := slices.IndexFunc(list, func(c casework.Listed) bool { return c.Unit == "临夏市人力资源和社会保障局" })
	return "/casework/cases/" + list[max(i, 0)].No
}

// complained is a complaint under investigation.
func (h *house) complained(t *testing.T) string {
	t.Helper()
	list, _, err := h.app.Complaint.List(h.as(t, "sunli"), complaint.Filter{Kind: complaint.Complaint, State: complaint.Investigating})
	if err != nil || len(list) == 0 {
		t.Fatalf("%d complaints, %v", len(list), err)
	}
	return "/complaints/" + list[0].No
}

// card is an alert that its unit has still to answer.
func (h *house) card(t *testing.T) string {
	t.Helper()
	list, _, err := h.app.Supervision.Alerts(h.as(t, "zhoumin"), supervision.AlertFilter{State: supervision.Served})
	if err != nil || len(list) == 0 {
		t.Fatalf("%d alerts, %v", len(list), err)
	}
	return "/supervision/alerts/" + string(list[0].ID)
}

// hallPhone are the pictures of what people do in the hall with their telephones.
func (h *house) hallPhone(t *testing.T) {
	t.Helper()
	show := func(p *person, name, path string, height int) {
		t.Helper()
		p.do(chromedp.EmulateViewport(390, int64(height)))
		p.opens(path)
		p.waits("top", `document.querySelector("html.js") && (scrollTo({ top: 0, behavior: "instant" }) ?? true)`)
		p.take(name, 390, height, 1)
	}
	signedIn := func(user string) *person {
		p := h.window(t, 390, 844)
		p.signIn(user, password(t, user))
		p.at("/")
		return p
	}
	show(h.window(t, 390, 844), "hall-matters", "/matters", 844)
	show(signedIn("mahua"), "hall-punch", "/workforce/me", 760)
	show(signedIn("sunli"), "hall-visit", "/site/visits/new", 1000)
}

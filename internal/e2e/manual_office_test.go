package e2e

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"yichuang/internal/archive"
	"yichuang/internal/assess"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/metric"
	"yichuang/internal/report"
	"yichuang/internal/telephony"
)

// officeShots are the pictures of chapters 12 to 17: telephony, bulletins, the archive, knowledge, assessment, suggestions.
func (h *house) officeShots(t *testing.T) []shot {
	t.Helper()
	h.calls(t)
	h.hot(t)
	if _, err := h.app.Advice.Train(h.as(t, "admin"), advice.ModelCategory, 1); err != nil {
		t.Fatal(err)
	}
	sheet, unit := h.sheet(t)
	consultation := h.first(t, hotline.Draft, func(d *hotline.Dossier) bool { return d.Kind == hotline.Consult })
	hint := func(p *person) {
		p.fills("诉求内容", "滨河家园三号楼今天早上停水，家里有老人和孩子，请问什么时候恢复供水？")
		p.waits("advice", `document.querySelector(".advice")?.innerText.includes("建议的事项分类")`)
	}
	return []shot{
		{"calls", "yanghong", "/calls", 700, nil},
		{"bulletin", "yanghong", h.bulletin(t), 1000, func(p *person) {
			p.waits("chart", `(document.querySelector("yc-chart").scrollIntoView({ block: "center", behavior: "instant" }), document.querySelector("yc-chart svg"))`)
			p.waits("top", `scrollTo({ top: 0, behavior: "instant" }) ?? true`)
		}},
		{"archive-records", "gaofang", "/archive", 700, nil},
		{"archive-record", "gaofang", h.record(t), 900, nil},
		{"archive-classes", "gaofang", "/archive/classes", 560, nil},
		{"knowledge-entry", "linlan", "/knowledge/entries/ZS00001", 900, nil},
		{"knowledge-import", "linlan", "/knowledge/import", 640, nil},
		{"cite", "mali", consultation + "?do=answer", 900, func(p *person) {
			p.waits("form", `document.querySelector("#act-form").scrollIntoView({ block: "start", behavior: "instant" }) ?? true`)
		}},
		{"metrics", "sunli", "/overview/metrics", 1000, nil},
		{"assess-sheet", "sunli", sheet, 900, nil},
		{"assess-unit", "sunli", unit, 900, nil},
		{"advice", "wangjuan", "/hotline/new", 900, hint},
		{"models", "admin", "/hotline/models", 640, nil},
		{"topics", "sunli", "/hotline/topics", 760, nil},
	}
}

// phoneDesk is the picture of the suggestions on a phone.
func (h *house) phoneDesk(t *testing.T) {
	t.Helper()
	p := h.window(t, 390, 844)
	p.signIn("wangjuan", password(t, "wangjuan"))
	p.at("/hotline")
	p.waits("desk", `document.querySelector("html.js")`)
	p.opens("/hotline/new")
	p.waits("page", `document.querySelector("html.js")`)
	p.fills("诉求内容", "滨河家园三号楼今天早上停水，家里有老人和孩子，请问什么时候恢复供水？")
	p.waits("advice", `document.querySelector(".advice")?.innerText.includes("建议的事项分类")`)
	p.waits("advice in view", `document.querySelector(".advice").scrollIntoView({ block: "start", behavior: "instant" }) ?? true`)
	p.take("advice-phone", 390, 844, 1)
}

// calls lets a switch report an afternoon.
func (h *house) calls(t *testing.T) {
	t.Helper()
	from := h.clock.Now().Add(-2 * time.Hour)
	for _, r := range (telephony.Simulation{Seed: 7, Calls: 14, From: from, Over: 100 * time.Minute, Seats: []string{"8001", "8002"}}).Reports() {
		if _, err := h.app.Telephony.Take(h.system, r); err != nil {
			t.Fatal(err)
		}
	}
}

// hot registers what makes a topic: seven callers of one matter at one place.
func (h *house) hot(t *testing.T) {
	t.Helper()
	for i, text := range []string{"滨河家园三号楼停水两天了，一直没人管", "滨河家园停水，打物业电话没人接", "滨河家园小区从昨天早上停水到现在", "滨河家园停水，老人做饭都没有水", "滨河家园三号楼又停水，什么时候恢复", "滨河家园停水没有通知，家里没有存水", "滨河家园停水，超市的水都卖完了"} {
		reg, err := h.app.Hotline.Register(h.as(t, "mali"), hotline.RegisterInput{Channel: "电话", Kind: hotline.Complaint, Title: "滨河家园停水", Content: text, Address: "滨河南路 滨河家园",
			Name: "马先生", Phone: fmt.Sprintf("100009901%02d", i), Category: "0102"})
		if err == nil {
			_, err = h.app.Hotline.Accept(h.as(t, "mali"), hotline.Command{TicketID: reg.ID}, hotline.Classify{})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if n, err := h.app.Topics.Gather(h.as(t, "sunli")); err != nil || n == 0 {
		t.Fatalf("%d topics, %v", n, err)
	}
}

// bulletin drafts last week's bulletin and gives its address.
func (h *house) bulletin(t *testing.T) string {
	t.Helper()
	b, err := h.app.Report.Create(h.as(t, "yanghong"), report.CreateInput{Kind: report.Weekly, Period: metric.Week(h.clock.Now().Date() - 7)})
	if err != nil {
		t.Fatal(err)
	}
	return "/reports/" + b.ID
}

// record gives the address of an archived record that is under a hold.
func (h *house) record(t *testing.T) string {
	t.Helper()
	list, _, err := h.app.Archive.Records(h.as(t, "gaofang"), archive.Filter{State: archive.Kept})
	if err != nil || len(list) == 0 {
		t.Fatalf("%d records, %v", len(list), err)
	}
	if _, err := h.app.Archive.PlaceHold(h.as(t, "gaofang"), list[0].ID, archive.HoldInput{Reason: "信访复查需要，州信访局（2026）复查 3 号"}); err != nil {
		t.Fatal(err)
	}
	return "/archive/records/" + list[0].ID
}

// sheet computes this month's sheet and gives its address and that of the unit with the most records.
func (h *house) sheet(t *testing.T) (sheet, unit string) {
	t.Helper()
	ctx, month := h.as(t, "sunli"), metric.Month(h.clock.Now().Date())
	s, err := h.app.Assess.ComputeSheet(ctx, h.scheme(t, month), month)
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.app.Assess.Sheet(ctx, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	most := int64(-1)
	for _, r := range v.Rows {
		n := int64(0)
		for _, i := range r.Items {
			n += i.Figure.Den
		}
		if n > most {
			most, unit = n, r.UnitID
		}
	}
	return "/assess/sheets/" + s.ID, "/assess/sheets/" + s.ID + "/units/" + unit
}

// scheme takes a scheme of the centre's own into force, which assesses small numbers too: the demonstration has no others.
func (h *house) scheme(t *testing.T, month metric.Period) string {
	t.Helper()
	ctx := h.as(t, "sunli")
	list, err := h.app.Assess.Schemes(ctx)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list, func(s assess.Scheme) bool { return s.Code == assess.CodeDefault })
	def := list[i].Def
	def.Items = slices.Clone(def.Items)
	for i := range def.Items {
		def.Items[i].MinSample = 1
	}
	s, err := h.app.Assess.SaveScheme(ctx, assess.SchemeInput{Code: "linxia", Name: "热线办理月度考核办法", Basis: "临市政办发〔2026〕12号", Def: def})
	if err == nil {
		s, err = h.app.Assess.ConfirmScheme(ctx, s.ID, s.Version, "临市政办发〔2026〕12号")
	}
	if err == nil {
		s, err = h.app.Assess.ActivateScheme(ctx, s.ID, s.Version, month.From)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s.Code
}

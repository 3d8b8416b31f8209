package web_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/money"
	"yichuang/internal/web"
)

func render(t *testing.T, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func table(next string) web.Table {
	return web.Table{ID: "boxes", Download: "/boxes.xlsx", Next: next, Choose: true,
		Columns: []web.Column{{Label: "编号", Sort: "no"}, {Label: "名称", Key: "name", Grow: true}, {Label: "重量", Unit: "千克", Number: true, Key: "weight"}},
		Rows: []web.Row{{ID: "1", Href: "/boxes/1", State: web.Red, Cells: []templ.Component{
			web.CellLink("/boxes/1", "<1>"), web.CellText(`<script>"x"`), web.CellNumber(-1234567)}}}}
}

func TestTableKeepsTheFiltersInEveryLink(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("GET /boxes", permBox, func(c *web.Ctx) error { return c.Render(web.DataTable(table("abc"))) })
	})
	c := s.As("clerk")
	c.Get("/boxes?kind=a&sort=no&after=zz").Want(200).Has(
		`href="/boxes?kind=a&amp;sort=-no"`, `aria-sort="ascending"`,
		`href="/boxes?after=abc&amp;kind=a&amp;sort=no"`, `href="/boxes.xlsx?kind=a&amp;sort=no"`,
		`&lt;script&gt;&#34;x&#34;`, "-1,234,567", `data-href="/boxes/1"`, `class="row-red"`).Lacks("<script>", "<1>")
	c.Get("/boxes?kind=a&cols=weight").Has("重量", `name="kind" value="a"`).Lacks("&lt;script&gt;")
	part := c.Fragment("/boxes?after=abc", "boxes-rows").Want(200).Has(`href="/boxes/1"`)
	if !strings.HasPrefix(strings.TrimSpace(part.Body.String()), "<tr") {
		t.Errorf("fragment: %s", part.Body)
	}
	c.Fragment("/boxes", "nothing").Want(200).Lacks("<tr")
}

func TestNavigationShowsWhatTheActorMayOpen(t *testing.T) {
	n := 12
	s := site(t, func(k *web.Kit) {
		k.Page("GET /box/{id}", permBox, func(c *web.Ctx) error { return c.Render(text("")) })
		count := func(context.Context) (int, error) { return n, nil }
		fails := func(context.Context) (int, error) { return 3, errors.New("no database") }
		k.Nav(web.NavItem{Group: "甲", Label: "箱子", Href: "/box", Permission: permBox, Count: count, Most: 100},
			web.NavItem{Group: "乙", Label: "秘密", Href: "/secret", Permission: "box.secret"},
			web.NavItem{Group: "甲", Label: "坏数", Href: "/broken", Permission: permBox, Count: fails},
			web.NavItem{Group: "甲", Label: "箱子细目", Href: "/box/1", Permission: permBox})
	})
	page := s.As("clerk").Get("/box/1").Want(200).Has("箱子", `<span class="side-count">12</span>`, "坏数").Lacks("秘密", "乙", ">3<").Body.String()
	if strings.Count(page, `aria-current="page"`) != 2 || !strings.Contains(page, `href="/box/1" aria-current="page"`) {
		t.Error("the longest matching address is not the current one")
	}
	n = 99
	s.As("clerk").Get("/box/1").Has(`<span class="side-count">99</span>`)
	n = 100 // where the count stops
	s.As("clerk").Get("/box/1").Has(`<span class="side-count">99+</span>`)
	n = 0
	s.As("clerk").Get("/box/1").Lacks("side-count")
}

func TestTexts(t *testing.T) {
	at := clock.At(2026, 5, 14, 18, 0)
	for got, want := range map[string]string{
		web.MomentText(at):                             "2026-05-14 周四 18:00",
		web.MomentText(0):                              "",
		web.DayText(at.Date()):                         "2026-05-14 周四",
		web.GroupDigits("-1234.50"):                    "-1,234.50",
		web.GroupDigits("123"):                         "123",
		web.Yellow.Word():                              "黄牌",
		render(t, web.CellYuan(money.Fen(-100000005))): "-1,000,000.05",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	due := render(t, web.DueText(web.Due{At: at, Left: "剩 1 工作日 3 小时", Light: web.Yellow, Provisional: true}))
	for _, want := range []string{"2026-05-14 周四 18:00", "剩 1 工作日 3 小时", "暂定", `datetime="2026-05-14T18:00:00+08:00"`} {
		if !strings.Contains(due, want) {
			t.Errorf("%q lacks %q", due, want)
		}
	}
	for _, l := range []web.Light{web.Normal, web.Yellow, web.Red} {
		if html := render(t, web.LightBadge(l)); !strings.Contains(html, l.Word()) || !strings.Contains(html, "<svg") {
			t.Errorf("a colour without word or shape: %s", html)
		}
	}
}

func TestDangerousActionsAskFirst(t *testing.T) {
	html := render(t, web.ActionButton(web.Action{Label: "作废", Href: "/void", Post: true, Confirm: "确定作废工单 7？", Weight: web.Dangerous, Version: 3, Hidden: map[string]string{"b": "2", "a": "1"}}))
	for _, want := range []string{"<details", "确定作废工单 7？", `name="version" value="3"`, `name="a" value="1"`, "确定作废"} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is missing: %s", want, html)
		}
	}
	if link := render(t, web.ActionButton(web.Action{Label: "坏", Href: "javascript:alert(1)"})); strings.Contains(link, "javascript:") {
		t.Errorf("a script as an address: %s", link)
	}
}

func TestChartHasItsTable(t *testing.T) {
	html := render(t, web.ChartBox(web.Chart{ID: "c", Title: "件数", Labels: []string{"</script>甲", "乙"}, Unit: "件",
		Series: []web.Series{{Name: "受理", Values: []float64{1234, 5.5}}, {Name: "率", Values: []float64{0.5}, Shown: []string{"50.0%"}}}}))
	for _, want := range []string{`<script id="c-data" type="application/json"`, "1,234", "5.5", "50.0%", "—", "（件）"} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is missing: %s", want, html)
		}
	}
	if strings.Count(html, "</script>") != 1 {
		t.Errorf("a label ends the data: %s", html)
	}
}

func TestSecretsAreRevealedInPlaceOrOnAPage(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("POST /reveal", permBox, func(c *web.Ctx) error { return c.Reveal("13812341234", "/box") })
	})
	s.As("clerk").Post("/reveal").Want(200).Has("<html", "13812341234", `href="/box"`)
	r := httptest.NewRequest("POST", "/reveal", nil)
	r.Header.Set("HX-Request", "true")
	s.As("clerk").Do(r).Want(200).Has("13812341234").Lacks("<html")
}

func TestLargeTypeIsRememberedWithoutASession(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Public("GET /open", func(c *web.Ctx) error { return c.Render(web.PublicLayout(web.Page{Title: "公开"})) })
	})
	c := s.As("")
	c.Get("/open").Has("老年模式").Lacks(`class="large"`)
	c.Post("/display", "large", "1", "back", "/open").Goes("/open")
	c.Get("/open").Has(`class="large"`, "标准字号")
	c.Post("/display", "large", "0", "back", "//evil.example").Goes("/")
	c.Get("/open").Lacks(`class="large"`)
}

func TestNewsAndProgress(t *testing.T) {
	n := 0
	s := site(t, func(k *web.Kit) {
		k.Page("GET /news", permBox, func(c *web.Ctx) error { return c.Tell(web.Tidings{Count: n, Text: "3 条新工单", Href: "/box"}) })
		k.Page("GET /job", permBox, func(c *web.Ctx) error { return c.Progress(3, 10, "已完成 3 / 10", "") })
	})
	s.As("clerk").Get("/news").Want(204)
	n = 3
	s.As("clerk").Get("/news").Want(200).Has(`"text":"3 条新工单"`, `"href":"/box"`)
	s.As("clerk").Get("/job").Want(200).Has(`"done":3`, `"total":10`)
}

package hotlinehttp_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/hotline/hotlinehttp"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// said are requests about two matters, n of each; those about heating are all at one estate.
func said(n int) func(*hotline.RegisterInput) {
	words := [][]string{
		{"暖气不热", "供暖温度太低", "暖气片冰凉", "室温只有十三度", "供暖忽冷忽热"},
		{"路灯不亮", "灯杆歪了", "路灯整夜没有亮", "照明太暗", "灯罩掉了"},
	}[n%2]
	return func(in *hotline.RegisterInput) {
		where := "瑞园小区"
		if in.Category = "0201"; n%2 == 1 {
			in.Category, where = "0402", []string{"红园路", "北大街", "滨河路", "新华街", "光华巷", "团结路"}[n/2%6]
		}
		in.Title, in.Address = where+words[n/2%5], where
		in.Content = fmt.Sprintf("%s%s，%s，每天晚上都这样，请尽快派人处理（第%d次反映）。", where, words[n/2%5], words[(n/2+1+n/10)%5], n%4+1)
		in.Phone, in.Kind = fmt.Sprintf("139%08d", n), hotline.Complaint
	}
}

// busyOffice is an office with closed orders, a model of categories in use and a hot topic.
func busyOffice(t *testing.T) office {
	o := newOffice(t)
	d := hotlinehttp.Deps{Hotline: o.Hotline, Figures: o.Figures, Topics: o.Topics, Desk: o.Desk, Advice: o.Advice, Org: o.Org, Blobs: o.Blobs, Knowledge: o.Knowledge, Telephony: o.Telephony}
	hotlinehttp.RegisterAdmin(o.Pages, d)
	for n := range 60 {
		o.Ticket(t, hotline.Draft, said(n))
	}
	if err := o.DB.WithTx(o.System(), func(tx *store.Tx) error {
		_, err := tx.Exec("UPDATE hotline_ticket SET state = 'CLOSED', open = FALSE, close_kind = 'satisfied', closed_at = created_at, unit_id = CASE WHEN category = '0201' THEN $1 ELSE $2 END WHERE centre_id = $3", o.Other.ID, o.Unit.ID, o.Centre)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, kind := range advice.ModelKinds {
		if _, err := o.Advice.Train(o.World.As(t, org.RoleAdmin), kind, 1); err != nil {
			t.Fatal(err)
		}
	}
	o.Clock.Advance(time.Hour)
	if n, err := o.Topics.Gather(o.System()); err != nil || n == 0 {
		t.Fatalf("%d topics, %v", n, err)
	}
	return o
}

func TestSuggestionsInABrowser(t *testing.T) {
	ctx := browser(t)
	o := busyOffice(t)
	url := o.serve(t)
	enter(t, ctx, url, agent)
	visit(t, ctx, url+"/hotline/new", 1440, 900)
	run(t, ctx, chromedp.SendKeys("[name=content]", "南门广场的路灯不亮了，灯杆也歪了，晚上看不见路"))
	eventually(t, ctx, "the category is suggested while typing", `document.querySelector("#look [data-fill=category]").dataset.value.startsWith("0402")`)
	if why := eval[string](t, ctx, `document.querySelector("#look .advice .muted").textContent`); !strings.Contains(why, "灯") {
		t.Errorf("because %q", why)
	}
	eventually(t, ctx, "the unit is suggested", `document.querySelector("#look").textContent.includes("`+o.Unit.Name+`")`)
	picture(t, ctx, "advice-1440")
	// The panel may be drawn anew under the pointer, as long as answers come in; a person presses again.
	eventually(t, ctx, "the category is taken over", `(document.querySelector("#look [data-fill=category]")?.click(), document.querySelector("[name=category]").value.startsWith("0402"))`)
	visit(t, ctx, url+"/hotline/new", 390, 844)
	run(t, ctx, chromedp.SendKeys("[name=content]", "瑞园小区暖气不热，室温只有十三度"))
	eventually(t, ctx, "duplicates are named with the reason", `/`+advice.DuplicateText+`|`+advice.DuplicatePlace+`/.test(document.querySelector("#look").textContent)`)
	picture(t, ctx, "advice-390")
}

func TestModelAndTopicPagesInABrowser(t *testing.T) {
	ctx := browser(t)
	o := busyOffice(t)
	url := o.serve(t)
	rows, err := o.Advice.Models(o.World.As(t, org.RoleAdmin))
	if err != nil {
		t.Fatal(err)
	}
	list, err := o.Topics.List(o.World.As(t, org.RoleLeader))
	if err != nil {
		t.Fatal(err)
	}
	enter(t, ctx, url, supervisor)
	for _, d := range []sight{{supervisor, "models", "/hotline/models"}, {supervisor, "model", "/hotline/models/" + rows[0].ID}, {supervisor, "topics", "/hotline/topics"}, {supervisor, "topic", "/hotline/topics/" + string(list[0].ID)}} {
		for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
			t.Run(fmt.Sprintf("%s %d", d.name, size[0]), func(t *testing.T) {
				visit(t, ctx, url+d.path, size[0], size[1])
				if list := eval[string](t, ctx, complaints); list != "" {
					t.Error(list)
				}
				picture(t, ctx, fmt.Sprintf("%s-%d", d.name, size[0]))
			})
		}
	}
}

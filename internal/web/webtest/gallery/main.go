// Command gallery shows every component of package web with made-up content, to look at after a change of style:
//
//	go run ./internal/web/webtest/gallery -addr 127.0.0.1:8099
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/alexedwards/scs/v2/memstore"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/web"
)

const permDesk actor.Permission = "gallery.desk.read"

func main() {
	addr := flag.String("addr", "127.0.0.1:8099", "listen address")
	flag.Parse()
	fmt.Println("http://" + *addr)
	if err := http.ListenAndServe(*addr, newKit(slog.New(slog.NewTextHandler(os.Stderr, nil))).Handler()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// newKit is the gallery's site: everybody is signed in as the same clerk.
func newKit(log *slog.Logger) *web.Kit {
	clerk := &actor.Actor{Kind: actor.User, UserID: "u1", Name: "王建国", Grants: map[actor.Permission]actor.Scope{permDesk: actor.Centre}}
	kit := web.New(web.Options{Key: []byte(strings.Repeat("k", 32)), Sessions: memstore.New(), Logger: log,
		Visitor:      func(*http.Request) *actor.Actor { return clerk },
		Authenticate: func(context.Context, string, string) (*actor.Actor, error) { return clerk, nil },
		Site: func(context.Context) web.Site {
			return web.Site{Centre: "临夏市政务服务中心", Phone: "0930-12345", Footer: "甘ICP备00000000号"}
		},
	})
	routes(kit)
	return kit
}

func count(n int) func(context.Context) (int, error) {
	return func(context.Context) (int, error) { return n, nil }
}

func routes(kit *web.Kit) {
	kit.Nav(
		web.NavItem{Group: "热线", Label: "来电登记", Href: "/form", Permission: permDesk, Icon: "headset"},
		web.NavItem{Group: "热线", Label: "待派工单", Href: "/", Permission: permDesk, Icon: "send", Count: count(12)},
		web.NavItem{Group: "热线", Label: "承办工单", Href: "/units", Permission: permDesk, Icon: "checklist", Count: count(148)},
		web.NavItem{Group: "热线", Label: "回访", Href: "/visits", Permission: permDesk, Icon: "phone", Count: count(9)},
		web.NavItem{Group: "大厅", Label: "受理台", Href: "/hall", Permission: permDesk, Icon: "file-text"},
		web.NavItem{Group: "大厅", Label: "取号叫号", Href: "/ticket", Permission: permDesk, Icon: "ticket"},
		web.NavItem{Group: "统计", Label: "本月运行", Href: "/figures", Permission: permDesk, Icon: "chart-bar"},
		web.NavItem{Group: "管理", Label: "单位与人员", Href: "/org", Permission: permDesk, Icon: "users"},
		web.NavItem{Group: "管理", Label: "系统设置", Href: "/settings", Permission: "gallery.admin", Icon: "settings"},
	)
	kit.Page("GET /{$}", permDesk, func(c *web.Ctx) error { return c.Render(desk(orders(c.Query("after")), c.Form())) })
	kit.Page("GET /form", permDesk, func(c *web.Ctx) error { return c.Render(formPage(nil)) })
	kit.Page("POST /form", permDesk, postForm)
	kit.Page("GET /figures", permDesk, func(c *web.Ctx) error { return c.Render(figures()) })
	kit.Page("GET /public", permDesk, func(c *web.Ctx) error { return c.Render(publicPage(nil)) })
	kit.Page("POST /public", permDesk, func(c *web.Ctx) error {
		f := c.Form()
		f.Fail("code", "查询码应为 8 位，您输入了 %d 位。", len(f.Required("code", "查询码")))
		return c.Invalid(publicPage(f))
	})
	kit.Page("GET /sign-in", permDesk, func(c *web.Ctx) error { return c.Render(signIn(nil)) })
	kit.Page("GET /voucher", permDesk, func(c *web.Ctx) error { return c.Render(voucher()) })
	kit.Page("GET /ticket", permDesk, func(c *web.Ctx) error { return c.Render(ticket()) })
	kit.Page("GET /conflict", permDesk, func(c *web.Ctx) error {
		return errs.New(errs.Conflict, "gallery.conflict", "这张工单刚刚被李秀兰退回，您的操作没有进行。")
	})
	kit.Page("GET /news", permDesk, func(c *web.Ctx) error {
		news := web.Tidings{Count: 3, Text: "3 条新工单", Href: "/"}
		if !c.Streams() {
			return c.Tell(news)
		}
		return c.Live(web.Stream{Look: func(context.Context) (any, error) { return news, nil }})
	})
	kit.Page("GET /job", permDesk, func(c *web.Ctx) error { return c.Progress(700, 1000, "已导入 700 / 1,000 条", "") })
	kit.Page("POST /reveal", permDesk, func(c *web.Ctx) error { return c.Reveal("张晓明 13812341234", "/") })
	kit.Page("POST /void", permDesk, func(c *web.Ctx) error {
		c.Flash(web.Success, "工单 2026051400012 已作废。")
		return c.Redirect("/")
	})
}

func postForm(c *web.Ctx) error {
	f := c.Form()
	f.Required("title", "标题")
	f.Required("text", "内容")
	f.Date("day")
	f.Yuan("money")
	if f.All("units") == nil {
		f.Fail("units", "请至少选择一个承办单位。")
	}
	if !f.OK() {
		return c.Invalid(formPage(f))
	}
	c.FlashSaved("工单 2026051400013 已登记。", "gallery")
	return c.Redirect("/")
}

func orders(after string) web.Table {
	t := web.Table{ID: "orders", Caption: "待派工单", Download: "/orders.xlsx", Total: 1204, Choose: true, Columns: []web.Column{
		{Label: "编号", Sort: "no"}, {Label: "标题", Grow: true}, {Label: "分类", Key: "kind", Minor: true}, {Label: "时限", Sort: "due"}, {Label: "状态"}, {Label: "等待", Key: "wait", Unit: "分钟", Number: true, Sort: "wait", Minor: true}}}
	start, _ := strconv.Atoi(after)
	titles := []string{"路灯连续四天不亮", "小区停水无通知", "社保卡补办需要什么材料", "工地夜间施工噪音扰民，已多次反映没有处理结果", "垃圾清运不及时", "公交 3 路末班车时间"}
	lights := []web.Light{web.Red, web.Yellow, web.Normal, web.Normal}
	for i := range 16 {
		n := start + i
		light := lights[min(n/3, 3)]
		left := []string{"超 2 小时", "剩 40 分钟", "剩 3 小时", "剩 1 工作日 3 小时"}[min(n/3, 3)]
		no := fmt.Sprintf("20260514%05d", n+12)
		row := web.Row{ID: no, Href: "/?open=" + no, Open: n == 3, Cells: []templ.Component{
			web.CellLink("/?open="+no, no), web.CellText(titles[n%len(titles)]), web.CellText("城市管理"),
			web.DueText(web.Due{At: clock.At(2026, 5, 14, 9+n%8, 30), Left: left, Light: light}), web.LightBadge(light), web.CellNumber(int64(n * 137))}}
		if light != web.Normal {
			row.State = light
		}
		t.Rows = append(t.Rows, row)
	}
	if start < 32 {
		t.Next = strconv.Itoa(start + 16)
	}
	return t
}

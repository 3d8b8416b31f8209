package exchangehttp

import (
	"encoding/hex"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/exchange"
	"yichuang/internal/web"
)

func hexText(b []byte) string { return hex.EncodeToString(b) }

func (h handlers) chain(c *web.Ctx) error { return h.showChain(c, nil) }

func (h handlers) showChain(c *web.Ctx, found *exchange.Chain) error {
	seals, err := h.Exchange.Seals(c.Context())
	if err != nil {
		return err
	}
	var body []templ.Component
	if found != nil {
		body = append(body, chainResult(found)...)
	}
	body = append(body, box(web.ActionButton(web.Action{Label: "核验全部记录", Href: "/exchange/chain/verify", Post: true, Weight: web.Primary}), web.ActionButton(web.Action{Label: "现在出链头单", Href: "/exchange/chain/seals", Post: true})))
	t := web.Table{ID: "seals", Caption: "链头单", Columns: []web.Column{{Label: "日期"}, {Label: "记录数", Number: true}, {Label: "校验值", Grow: true}, {Label: "备案"}},
		Empty: web.Empty{Title: "还没有链头单", Text: "每周的链头在“监察 → 周链头单”里，与审计日志的合成一张。平时需要单独留存的，可以现在出一张。"}}
	for _, s := range seals {
		filed := "未备案"
		if s.FiledAt != 0 {
			filed = s.FiledAt.Date().String()
		}
		at := "/exchange/chain/seals/" + s.ID
		t.Rows = append(t.Rows, web.Row{ID: s.ID, Href: at, Cells: []templ.Component{web.CellLink(at, s.Day.String()), web.CellNumber(s.Seq), text(s.Text()), text(filed)}})
	}
	body = append(body, web.PartPanel("链头单", web.DataTable(t)))
	return c.Render(web.StaffPage(web.Page{Title: "链条核验", Lead: "使用记录逐条相连。删改任何一条，核验都会指出是第几条；重写整条链的，与备案的周链头单对不上。"}, body))
}

func chainResult(found *exchange.Chain) []templ.Component {
	if len(found.Faults) == 0 {
		return []templ.Component{web.Notice(web.Success, "核验通过：共 "+strconv.FormatInt(found.Records, 10)+" 条，链头 "+hexText(found.Hash)+"。")}
	}
	var out []templ.Component
	for i, x := range found.Faults {
		if i == 20 {
			out = append(out, paragraph("另有 "+strconv.Itoa(len(found.Faults)-i)+" 处。"))
			break
		}
		out = append(out, web.Notice(web.Danger, "第 "+strconv.FormatInt(x.Seq, 10)+" 条："+x.Text))
	}
	return out
}

func (h handlers) verify(c *web.Ctx) error {
	found, err := h.Exchange.Verify(c.Context())
	if err != nil {
		return err
	}
	return h.showChain(c, &found)
}

func (h handlers) makeSeal(c *web.Ctx) error {
	if _, err := h.Exchange.MakeSeal(c.Context()); err != nil {
		return err
	}
	return c.Redirect("/exchange/chain")
}

func (h handlers) fileSeal(c *web.Ctx) error {
	if _, err := h.Exchange.FileSeal(c.Context(), c.Param("id")); err != nil {
		return err
	}
	c.Flash(web.Success, "已记下链头单备案。")
	return c.Redirect("/exchange/chain")
}

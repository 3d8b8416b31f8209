package ratinghttp

import (
	"errors"

	"github.com/a-h/templ"

	"yichuang/internal/rating"
	"yichuang/internal/web"
)

// codesView is the newest services of a window with their codes.
type codesView struct {
	Table web.Table
	Form  *web.Form
	Key   string
}

func (h handlers) codes(c *web.Ctx) error { return h.showCodes(c, nil) }

func (h handlers) showCodes(c *web.Ctx, f *web.Form) error {
	list, next, err := h.Rating.Doors(c.Context(), c.Query("after"))
	if err != nil {
		return err
	}
	t := web.Table{ID: "codes", Caption: "结束的服务", Next: next, Columns: []web.Column{{Label: "结束时间"}, {Label: "编号"}, {Label: "服务", Grow: true}, {Label: "窗口"}, {Label: "评价码"}},
		Empty: web.Empty{Title: "还没有结束的服务", Text: "办结的办件、叫号服务和登记的咨询在这里出示评价码。"}}
	for _, d := range list {
		at := codePath(d)
		t.Rows = append(t.Rows, web.Row{ID: d.ID(), Href: at, Cells: []templ.Component{web.CellTime(d.At), web.CellLink(at, d.No), web.CellText(d.Title), web.CellText(d.Window), web.CellText(d.Code)}})
	}
	v := codesView{t, f, c.RequestID()}
	if f != nil {
		return c.Invalid(codesPage(v))
	}
	return c.Render(codesPage(v))
}

func codePath(d rating.Door) string { return "/rating/codes/" + string(d.Kind) + "/" + d.ID() }

// consult notes a consultation and shows its code.
func (h handlers) consult(c *web.Ctx) error {
	f := c.Form()
	d, err := h.Rating.Consult(c.Context(), rating.ConsultInput{Title: f.Text("title"), Window: f.Text("window"), Key: f.Text("key")})
	if err == nil {
		return c.Redirect(codePath(d))
	}
	if !f.Take(err) {
		return err
	}
	return h.showCodes(c, f)
}

// codeView is one service's code, large.
type codeView struct {
	rating.Door
	Address string
	Link    string // whole, for the picture
}

func (h handlers) code(c *web.Ctx) error {
	d, err := h.Rating.ShowCode(c.Context(), rating.ServiceKind(c.Param("kind")), c.Param("id"))
	if err != nil {
		return err
	}
	centre, err := h.Org.Centre(c.Context(), c.Actor().CentreID)
	if err != nil {
		return err
	}
	return c.Render(codePage(codeView{d, c.Request.Host + "/rate", c.Outside(rating.Path(centre.Code, d.Code, rating.AtWindow))}))
}

// phoneView is the form of a rating by telephone.
type phoneView struct {
	Form *web.Form
	Key  string
}

func (h handlers) phone(c *web.Ctx) error { return c.Render(phonePage(phoneView{Key: c.RequestID()})) }

func (h handlers) takePhone(c *web.Ctx) error {
	f := c.Form()
	slip, err := h.Rating.RateByPhone(c.Context(), f.Required("code", "评价码"), readRating(f))
	if err == nil && f.OK() {
		c.Flash(web.Success, "已记录来电人的评价。请把回执码告诉来电人："+slip+"，凭它查看处理经过。")
		return c.Redirect("/rating/phone")
	}
	if err != nil && !takeAnswer(f, err) {
		return err
	}
	return c.Invalid(phonePage(phoneView{f, c.RequestID()}))
}

func (h handlers) settings(c *web.Ctx) error { return h.showSettings(c, c.Query("edit"), nil) }

func (h handlers) showSettings(c *web.Ctx, edit string, f *web.Form) error {
	rows, err := h.Rating.ParameterTable(c.Context())
	if err != nil {
		return err
	}
	if f != nil {
		return c.Invalid(settingsPage(rows, edit, f))
	}
	return c.Render(settingsPage(rows, edit, nil))
}

func (h handlers) saveSetting(c *web.Ctx) error {
	f := c.Form()
	p := rating.Parameter{Name: c.Param("name"), Value: f.Int("value"), Basis: f.Text("basis"), Confirmed: f.Bool("confirmed")}
	if f.OK() {
		err := h.Rating.ChangeParameter(c.Context(), p)
		if err == nil {
			c.Flash(web.Success, "已保存。")
			return c.Redirect("/rating/settings")
		}
		if errors.Is(err, rating.ErrName) || !f.Take(err) {
			return err
		}
	}
	return h.showSettings(c, p.Name, f)
}

package supervisionhttp

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"yichuang/internal/actor"
	"yichuang/internal/metric"
	"yichuang/internal/supervision"
	"yichuang/internal/web"
)

// resultsBase is where the published results are; below it, /c/{centre} where several centres share the installation.
const resultsBase = "/supervision-results"

func (d Deps) visitor(ctx context.Context, centre string) (context.Context, error) {
	found, err := d.Org.CentreByCode(ctx, centre)
	return actor.With(ctx, &actor.Actor{Kind: actor.Anonymous, CentreID: found.ID}), err
}

// at lets a page show the centre of the address to everybody: the one named, the one of the host name, or the only one.
func (h handlers) at(next web.Handler) web.Handler {
	return func(c *web.Ctx) error {
		code := c.Param("centre")
		if code == "" {
			list, err := h.Org.Centres(c.Context())
			if err != nil {
				return err
			}
			own := h.kit.Visitor(c.Request).CentreID
			doors := make([]web.Link, len(list))
			for i, x := range list {
				doors[i] = web.Link{Label: x.Name, Href: resultsBase + "/c/" + url.PathEscape(x.Code)}
				if x.ID == own || len(list) == 1 {
					code = x.Code
				}
			}
			if code == "" && c.Param("format") != "" {
				return supervision.ErrGazette // a file is of one centre
			}
			if code == "" {
				return c.Render(web.DoorsPage(web.Page{Title: "监察结果", Lead: "请选择政务服务中心。"}, doors))
			}
		}
		ctx, err := h.visitor(c.Context(), code)
		if err != nil {
			return err
		}
		c.Request = c.Request.WithContext(ctx)
		return next(c)
	}
}

// asked is the period and revision of an address; none of them is the newest.
func asked(month string, quarter bool, revision string) (metric.Period, int64, error) {
	if month == "" {
		return metric.Period{}, 0, nil
	}
	n, err := strconv.ParseInt(revision, 10, 64)
	if revision != "" && (err != nil || n < 1) {
		return metric.Period{}, 0, supervision.ErrGazette
	}
	p, err := monthOf(month, quarter)
	return p, n, err
}

func (h handlers) askedFor(c *web.Ctx) (supervision.PublicGazette, error) {
	p, n, err := asked(c.Query("month"), c.Query("quarter") == "1", c.Query("revision"))
	if err != nil {
		return supervision.PublicGazette{}, err
	}
	return h.Supervision.Published(c.Context(), p, n)
}

// published is the public page of a period.
func (h handlers) published(c *web.Ctx) error {
	g, err := h.askedFor(c)
	if errors.Is(err, supervision.ErrGazette) && c.Query("month") == "" {
		return c.Render(web.PublicPage(web.Page{Title: "监察结果"}, []templ.Component{web.EmptyState(web.Empty{Title: "还没有公布", Text: "各单位办理行政许可等事项的监察结果按月或按季公布，公布后在这里查看。"})}))
	}
	if err != nil {
		return err
	}
	base := resultsBase
	if code := c.Param("centre"); code != "" {
		base += "/c/" + url.PathEscape(code)
	}
	revision := strconv.FormatInt(g.Revision, 10)
	var parts []templ.Component
	switch holds := g.Revisions[0]; {
	case g.Revision != holds.Revision:
		parts = append(parts, web.Notice(web.Warning, "这是更正以前的一版，已由"+holds.Corrects()+"取代，理由："+holds.Reason))
	case g.Reason != "":
		parts = append(parts, web.Notice(web.Info, "这个时期的数值经过更正，理由："+g.Reason))
	}
	parts = append(parts, web.DataTable(publicTable(&g)))
	for _, x := range publicNotes(&g) {
		parts = append(parts, says(x))
	}
	parts = append(parts, row([]templ.Component{button(periodQuery(base+"/file/pdf", g.Period(), "revision", revision), "PDF"), button(periodQuery(base+"/file/docx", g.Period(), "revision", revision), "Word"), button(periodQuery(base+"/file/xlsx", g.Period(), "revision", revision), "Excel")}))
	var versions, others []web.Link
	for i := range g.Revisions {
		if x := &g.Revisions[i]; x.Revision != g.Revision {
			versions = append(versions, web.Link{Label: x.Corrects() + "，" + web.MomentText(x.At), Href: periodQuery(base, x.Period(), "revision", strconv.FormatInt(x.Revision, 10))})
		}
	}
	for i := range g.Others {
		others = append(others, web.Link{Label: g.Others[i].Period().String(), Href: periodQuery(base, g.Others[i].Period())})
	}
	if len(versions) > 0 {
		parts = append(parts, web.PartPanel("这个时期的其他版本", web.Doors(versions)))
	}
	if len(others) > 0 {
		parts = append(parts, web.PartPanel("其他时期", web.Doors(others)))
	}
	return c.Render(web.PublicPage(web.Page{Title: "监察结果 " + g.Period().String(), Lead: "公布于 " + web.MomentText(g.At) + "。"}, parts))
}

// publicHead are the columns of the public table and its files.
var publicHead = []string{"单位", "结束的办件", "黄牌、预警", "红牌、报警", "红黄牌率", "抽查合格率", "等次"}

func publicTable(g *supervision.PublicGazette) web.Table {
	t := web.Table{ID: "units", Caption: "各单位", Columns: []web.Column{{Label: publicHead[0], Grow: true, Name: true}, {Label: publicHead[1], Number: true}, {Label: publicHead[2], Number: true}, {Label: publicHead[3], Number: true}, {Label: publicHead[4], Number: true},
		{Label: publicHead[5], Number: true}, {Label: publicHead[6]}}, Empty: web.Empty{Title: "没有数值", Text: "这个时期没有结束的办件，也没有预警。"}}
	cells := func(r *supervision.PublicResult) []templ.Component {
		return []templ.Component{web.CellText(r.Unit), web.CellNumber(r.Ended), web.CellNumber(r.Yellows), web.CellNumber(r.Reds), web.CellText(ratioText(r.Cards)), web.CellText(ratioText(r.Audited)), web.CellText(r.Grade)}
	}
	for i := range g.Units {
		t.Rows = append(t.Rows, web.Row{ID: strconv.Itoa(i), Cells: cells(&g.Units[i])})
	}
	if len(t.Rows) > 0 {
		t.Foot = cells(&g.Total)
	}
	return t
}

// publicNotes say what the numbers are.
func publicNotes(g *supervision.PublicGazette) []string {
	return []string{"红黄牌率是成立的黄牌、红牌、预警和报警与结束的办件（含不予受理、撤回）之比；合计按分子分母相加，不取各单位比率的平均；分母为 0 时显示“—”。提醒不计，已撤牌和已被更高一级取代的不计。",
		"抽查合格率是随机抽查的办件中真实、实时、完整、准确都合格的比例。等次按第 " + strconv.FormatInt(g.Rules, 10) + " 版监察规则评定。校验值 " + g.Hash + "。"}
}

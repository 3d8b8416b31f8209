package complainthttp

import (
	"io"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/document/xlsx"
	"yichuang/internal/web"
)

// rootsView is why things got stuck or were complained of in a period.
type rootsView struct {
	complaint.Roots
	Form       *web.Form
	Stuck      bool // the reader may open the lists of stuck matters
	Complaints bool
	ByItem     bool // and which item a complaint is about
}

// period reads the days of the address; the last ninety days where it says nothing.
func period(c *web.Ctx) (f *web.Form, from, to clock.Date) {
	f = c.Form()
	to = c.Now().Date()
	from = to - 89
	if f.Text("from") != "" {
		from = f.Date("from")
	}
	if f.Text("to") != "" {
		to = f.Date("to")
	}
	return f, from, to
}

func (h handlers) roots(c *web.Ctx) error {
	f, from, to := period(c)
	v := rootsView{Form: f, Stuck: c.Can(complaint.PermStuckRead), Complaints: c.Can(complaint.PermComplaintRead), ByItem: c.Can(complaint.PermComplaintPersonal)}
	var err error
	if f.OK() {
		v.Roots, err = h.Complaint.Roots(c.Context(), from, to)
	}
	if err != nil && !f.Take(err) {
		return err
	}
	if !f.OK() {
		v.From, v.To = from, to
		return c.Invalid(rootsPage(v))
	}
	return c.Render(rootsPage(v))
}

// cohort is the address of the records behind a number.
func (v rootsView) cohort(k complaint.Kind, name, key string) string {
	if key == "" {
		key = complaint.None
	}
	return base(k) + "?" + url.Values{"from": {v.From.String()}, "to": {v.To.String()}, "counted": {"1"}, name: {key}}.Encode()
}

// number is a number that leads to its records, where the reader may open them.
func (v rootsView) number(k complaint.Kind, name, key string, n int64) templ.Component {
	may := k == complaint.Stuck && v.Stuck || k == complaint.Complaint && v.Complaints && (v.ByItem || name != "item")
	if !may || n == 0 {
		return web.CellNumber(n)
	}
	return web.CellLink(v.cohort(k, name, key), web.GroupDigits(itoa(n)))
}

func (v rootsView) table(id, caption, name string, list []complaint.Tally) web.Table {
	t := web.Table{ID: id, Caption: caption, Columns: []web.Column{{Label: caption, Grow: true}, {Label: "办不成事", Unit: "件", Number: true}, {Label: "其中否定答复", Unit: "件", Number: true, Minor: true}, {Label: "查实投诉", Unit: "件", Number: true}, {Label: "合计", Unit: "件", Number: true}},
		Empty: web.Empty{Title: "这段时间没有", Text: "换一个时间再看。"}}
	for _, x := range list {
		t.Rows = append(t.Rows, web.Row{ID: x.Key, Cells: []templ.Component{web.CellText(x.Name), v.number(complaint.Stuck, name, x.Key, x.Stuck), web.CellNumber(x.Denied), v.number(complaint.Complaint, name, x.Key, x.Complaint), web.CellNumber(x.Total())}})
	}
	if len(list) > 0 {
		t.Foot = []templ.Component{web.CellText("合计"), web.CellNumber(v.Total.Stuck), web.CellNumber(v.Total.Denied), web.CellNumber(v.Total.Complaint), web.CellNumber(v.Total.Total())}
	}
	return t
}

func (v rootsView) repeats() web.Table {
	t := web.Table{ID: "repeats", Caption: "重复发生", Columns: []web.Column{{Label: "事项", Grow: true}, {Label: "单位"}, {Label: "成因"}, {Label: "次数", Number: true}}, Empty: web.Empty{Title: "没有重复发生的", Text: "同一单位、同一事项、同一成因出现两次以上的，列在这里。"}}
	for _, x := range v.Repeats {
		item := web.CellText(x.Item)
		if v.Stuck {
			item = web.CellLink(base(complaint.Stuck)+"?"+url.Values{"from": {v.From.String()}, "to": {v.To.String()}, "item": {x.ItemID}, "cause": {x.Cause}, "unit": {x.UnitID}, "counted": {"1"}}.Encode(), x.Item)
		}
		t.Rows = append(t.Rows, web.Row{ID: x.ItemID + x.Cause + x.UnitID, Cells: []templ.Component{item, web.CellText(x.Unit), web.CellText(x.Name), web.CellNumber(x.N)}})
	}
	return t
}

func (v rootsView) tiles() []web.Tile {
	fraction := func(num, den int64) string { return "分子 " + itoa(num) + " / 分母 " + itoa(den) }
	return []web.Tile{
		{Label: "办不成事", Value: itoa(v.Total.Stuck), Unit: "件", Hint: "其中还没有归因 " + itoa(v.Open) + " 件"},
		{Label: "查实投诉", Value: itoa(v.Total.Complaint), Unit: "件"},
		{Label: "办不成事解决率", Value: v.Solved.Text(), Hint: fraction(v.Solved.Num, v.Solved.Den)},
		{Label: "投诉按期办结率", Value: v.OnTime.Text(), Hint: fraction(v.OnTime.Num, v.OnTime.Den)},
	}
}

func (v rootsView) exportPath() string {
	return "/complaint/roots/export.xlsx?" + url.Values{"from": {v.From.String()}, "to": {v.To.String()}}.Encode()
}

// exportRoots sends the tables of the page as a spreadsheet.
func (h handlers) exportRoots(c *web.Ctx) error {
	f, from, to := period(c)
	if !f.OK() {
		return complaint.ErrInput.Say("起止日期有误，没有导出。请返回页面改正后再下载。")
	}
	r, err := h.Complaint.Roots(c.Context(), from, to)
	if err != nil {
		return err
	}
	sheet := xlsx.Sheet{Name: "根因分析", Title: "办不成事和投诉根因分析", Note: from.String() + " 至 " + to.String() + " 登记的。导出时间 " + c.Now().String(),
		Columns: []xlsx.Column{{Label: "口径", Width: 10}, {Label: "名称", Width: 40, Wrap: true}, {Label: "办不成事", Width: 10, Kind: xlsx.Int}, {Label: "其中否定答复", Width: 12, Kind: xlsx.Int}, {Label: "查实投诉", Width: 10, Kind: xlsx.Int}, {Label: "合计", Width: 10, Kind: xlsx.Int}}}
	return c.Stream("根因分析 "+strings.ReplaceAll(c.Now().String(), ":", "")+".xlsx", xlsx.ContentType, func(w io.Writer) error {
		return sheet.Write(w, func(add func(...any) error) error {
			for _, part := range []struct {
				name string
				list []complaint.Tally
			}{{"成因", r.Causes}, {"单位", r.Units}, {"事项", r.Items}, {"合计", []complaint.Tally{r.Total}}} {
				for _, x := range part.list {
					if err := add(part.name, x.Name, x.Stuck, x.Denied, x.Complaint, x.Total()); err != nil {
						return err
					}
				}
			}
			return nil
		})
	})
}

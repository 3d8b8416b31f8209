package check

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"yichuang/internal/finance/disclosed"
)

// MissingTables finds the prescribed tables that the document does not have. A document without tables, whose tables are
// published beside it, is not judged.
func (s *scope) MissingTables() []*Spot {
	d := s.run.doc
	if len(d.Tables) < 3 {
		return unknown("文件里没有成套的决算表（可能另行公开），不能判断缺表")
	}
	var out []*Spot
	for _, f := range disclosed.Forms() {
		if d.Table(f) != nil || f == disclosed.T08 && d.Year > 0 && d.Year < 2020 {
			continue
		}
		text := f.Short() + "（" + f.Title() + "）"
		if slices.Contains(d.Contents, f) {
			text += "，目录里列了"
		}
		out = append(out, at(disclosed.Place{At: "第二部分 " + f.Short()}, text, "", f.Title()))
	}
	return out
}

// topics are what a disclosure must speak of.
var topics = []struct {
	name string
	re   *regexp.Regexp
}{
	{"“三公”经费说明", regexp.MustCompile(`三公`)},
	{"机关运行经费说明", regexp.MustCompile(`机关运行`)},
	{"政府采购说明", regexp.MustCompile(`政府采购`)},
	{"国有资产占用说明", regexp.MustCompile(`国有资产|车辆\d|共有车辆`)},
	{"预算绩效说明", regexp.MustCompile(`绩效`)},
	{"名词解释", regexp.MustCompile(`名词解释`)},
	{"部门职责", regexp.MustCompile(`职责|职能`)},
}

// MissingSections finds what the text does not speak of. Tables alone are not judged.
func (s *scope) MissingSections() []*Spot {
	found := make([]bool, len(topics))
	if s.prose() < 400 {
		return unknown("文件里没有决算情况说明（可能另行公开），不能判断内容是否齐全")
	}
	for _, l := range s.run.doc.Lines {
		if l.Part == disclosed.Cover {
			continue
		}
		for i, t := range topics {
			if !found[i] && (l.Part != disclosed.Terms || t.name == "名词解释") && t.re.MatchString(l.Text) {
				found[i] = true
			}
		}
	}
	var out []*Spot
	for i, t := range topics {
		if !found[i] {
			out = append(out, at(disclosed.Place{At: "全文"}, t.name, "", t.name))
		}
	}
	return out
}

// prose is how many characters the text on the accounts has; tables that are published by themselves have none.
func (s *scope) prose() int {
	n := 0
	for _, sec := range s.run.doc.Sections {
		if sec.Part == disclosed.Narrative {
			n += len([]rune(sec.Text))
		}
	}
	return n
}

var (
	saysNone  = regexp.MustCompile(`无数据|空表|数据为空|(?:没有|无|未发生|未安排)[^。]{0,40}(?:收入|支出|经费|拨款|预算)`)
	noneFund  = regexp.MustCompile(`(?:没有|无)(?:使用)?政府性基金(?:预算)?(?:财政拨款)?(?:安排的)?(?:收入|支出|收支)`)
	noneState = regexp.MustCompile(`(?:没有|无)(?:使用)?国有资本经营预算(?:财政拨款)?(?:安排的)?(?:收入|支出|收支)`)
)

// EmptyTables finds tables without figures that say nothing of it, and statements of emptiness beside figures.
func (s *scope) EmptyTables() []*Spot {
	var out []*Spot
	for _, t := range []*Table{s.T07, s.T08, s.T09} {
		if !t.Exists || !t.t.Known && len(t.rows) > 0 {
			continue
		}
		text := s.narrativeOf(t.Form)
		switch {
		case t.Empty && !saysNone.MatchString(t.Note) && s.prose() < 400:
			out = append(out, &Spot{Unknown: "只有表，没有说明文字，不能判断空表有没有说明"})
		case t.Empty && !saysNone.MatchString(t.Note) && !saysNone.MatchString(text):
			out = append(out, at(t.t.Place, t.Label+" "+t.Title+"没有数据，也没有说明", "", ""))
		case !t.Empty && strings.Contains(t.Note, "无数据"):
			out = append(out, at(t.t.Place, t.Label+" "+t.Title+"有数据，注却写本表无数据", "", ""))
		case !t.Empty && t.Form == disclosed.T07 && noneFund.MatchString(text) && s.T07.Total().C3.V != 0:
			out = append(out, at(t.t.Place, t.Label+"有政府性基金支出，文中却写没有", "", ""))
		case !t.Empty && t.Form == disclosed.T08 && noneState.MatchString(text) && s.T08.Total().C1.V != 0:
			out = append(out, at(t.t.Place, t.Label+"有国有资本经营预算支出，文中却写没有", "", ""))
		}
	}
	return out
}

// narrativeOf is the text on the subject of a table.
func (s *scope) narrativeOf(f disclosed.Form) string {
	word := map[disclosed.Form]string{disclosed.T07: "政府性基金", disclosed.T08: "国有资本经营", disclosed.T09: "三公"}[f]
	var b strings.Builder
	for _, sec := range s.run.doc.Sections {
		if sec.Part == disclosed.Narrative && strings.Contains(strings.Join(sec.Path, ""), word) {
			b.WriteString(sec.Text)
		}
	}
	return b.String()
}

var placeholderWords = regexp.MustCompile(`(?:^|[^A-Za-zＸ×])([XxＸ×]{2,}|X{1}(?:万元|年|月|日|%|个|人))(?:$|[^A-Za-zＸ×])|\{[^{}]{0,20}\}|_{3,}|＿{2,}|（(?:增长|减少|增加|下降|大于|小于|上升)）|(?:大于|小于|增加|减少|增长|下降)/(?:大于|小于|增加|减少|增长|下降)|\*{3,}万元|□{2,}|(?:决算数|预算数)大小于|大小于(?:年初|全年)?(?:预算|决算)|增减少|增加减少`)

// Placeholders finds what a template left to be filled in.
func (s *scope) Placeholders() []*Spot {
	var out []*Spot
	for _, l := range s.run.doc.Lines {
		if !strings.ContainsAny(l.Text, "Xx×Ｘ{_＿（(/*□") && !strings.Contains(l.Text, "大小于") && !strings.Contains(l.Text, "减少") {
			continue
		}
		m := placeholderWords.FindStringSubmatch(bracketed.Replace(l.Text))
		if m == nil {
			continue
		}
		word := strings.TrimSpace(m[0])
		if m[1] != "" {
			word = m[1]
		}
		p := at(disclosed.Place{Page: l.Page, Line: l.No, At: string(l.Part)}, "第"+strconv.Itoa(l.No)+"行", word, "")
		p.Text = string(l.Part) + "第" + strconv.Itoa(l.No) + "行"
		out = append(out, p)
	}
	return out
}

var (
	upTo      = regexp.MustCompile(`截(?:至|止)(20\d\d)年12月31日`)
	cutYear   = regexp.MustCompile(`(?:^|\D)(20\d)年度?(?:部门|单位)?决算`)
	headYear  = regexp.MustCompile(`(20\d\d)年度?(?:部门|单位)?(?:决算|收入支出|收支)`)
	otherYear = regexp.MustCompile(`比|较|相比|上年|同期`)
)

// WrongYears finds heads of tables, headings and dates of the year's end that name another year than the document's.
func (s *scope) WrongYears() []*Spot {
	year := s.run.doc.Year
	if year == 0 {
		return unknown("没有读出年度")
	}
	var out []*Spot
	for _, t := range s.run.doc.Tables {
		if t.Year != 0 && t.Year != year {
			out = append(out, at(t.Place, t.Label(), strconv.Itoa(t.Year), strconv.Itoa(year)))
		}
	}
	for _, sec := range s.run.doc.Sections {
		if sec.Part == disclosed.Narrative {
			if m := upTo.FindStringSubmatch(sec.Text); m != nil && m[1] != strconv.Itoa(year) {
				out = append(out, at(sec.Place, sec.Title(), m[1], strconv.Itoa(year)))
			}
		}
	}
	for _, l := range s.run.doc.Lines {
		text := strings.ReplaceAll(l.Text, " ", "")
		if m := cutYear.FindStringSubmatch(text); m != nil {
			out = append(out, at(disclosed.Place{Page: l.Page, Line: l.No, At: text}, text, m[1], strconv.Itoa(year)))
		}
		m := headYear.FindStringSubmatch(text)
		if m != nil && m[1] != strconv.Itoa(year) && len([]rune(text)) < 40 && !strings.ContainsAny(text, "，。；") && !otherYear.MatchString(text) && (strings.HasPrefix(text, "第") || l.Heading) {
			out = append(out, at(disclosed.Place{Page: l.Page, Line: l.No, At: text}, text, m[1], strconv.Itoa(year)))
		}
	}
	return out
}

// Unitless finds tables that do not say their unit.
func (s *scope) Unitless() []*Spot {
	var out []*Spot
	for _, t := range s.run.doc.Tables {
		if t.UnitName == "" {
			out = append(out, at(t.Place, t.Label(), "", ""))
		}
	}
	return out
}

// Deadline compares the day of publication with the day of approval.
func (s *scope) Deadline() []*Spot {
	a, b := s.Doc.Approved, s.Doc.Published
	from, errA := time.Parse(time.DateOnly, a)
	to, errB := time.Parse(time.DateOnly, b)
	if errA != nil || errB != nil {
		return unknown("没有批复日期或公开日期")
	}
	if days := int(to.Sub(from).Hours() / 24); days > 20 {
		return []*Spot{at(disclosed.Place{At: "公开日期"}, fmt.Sprintf("%s批复，%s公开，相隔%d日，超过20日", a, b, days), b, from.AddDate(0, 0, 20).Format(time.DateOnly))}
	}
	return nil
}

// SecrecyReview reports that there is no record of a secrecy review; the document itself seldom has one.
func (s *scope) SecrecyReview() []*Spot {
	if s.Doc.Secrecy == "" {
		return unknown("没有保密审查记录，须人工核对")
	}
	return nil
}

// Undated notes once that dates and review cannot be judged from the document.
func (s *scope) Undated() []*Spot {
	var lacking []string
	for _, x := range [][2]string{{s.Doc.Approved, "批复日期"}, {s.Doc.Published, "公开日期"}, {s.Doc.Secrecy, "保密审查记录"}} {
		if x[0] == "" {
			lacking = append(lacking, x[1])
		}
	}
	if len(lacking) == 0 {
		return nil
	}
	return []*Spot{at(disclosed.Place{At: "全文"}, "没有"+strings.Join(lacking, "、")+"，公开时限和涉密检查不能判定，须人工补录", "", "")}
}

// bracketed brings brackets into one form and takes spaces out.
var bracketed = strings.NewReplacer("(", "（", ")", "）", " ", "")

package check

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
)

// narrative lists the sections of the text on the accounts.
func (s *scope) narrative() []*disclosed.Section {
	var out []*disclosed.Section
	for _, sec := range s.run.doc.Sections {
		if sec.Part == disclosed.Narrative {
			out = append(out, sec)
		}
	}
	return out
}

var (
	carTotal = regexp.MustCompile(`(?:共有|共计|合计)?车辆(?:共|合计)?(\d+)辆`)
	carKind  = regexp.MustCompile(`[\p{Han}（）]{2,18}?用车(\d+)辆`)
)

// CarSums compares the number of cars with the sum of their kinds.
func (s *scope) CarSums() []*Spot {
	var out []*Spot
	for _, sec := range s.narrative() {
		m := carTotal.FindStringSubmatchIndex(sec.Text)
		if m == nil {
			continue
		}
		kinds := carKind.FindAllStringSubmatch(sec.Text[m[1]:], -1)
		if len(kinds) < 6 {
			continue
		}
		sum := 0
		for _, k := range kinds {
			sum += whole1(k[1])
		}
		if stated := whole1(sec.Text[m[2]:m[3]]); stated != sum {
			out = append(out, at(sec.Place, sec.Title(), strconv.Itoa(stated), strconv.Itoa(sum)))
		}
	}
	return out
}

func whole1(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

var (
	present  = regexp.MustCompile(`实有(?:在职)?(?:人数|人员)(?:共|为)?(\d+)人([^。；]*)`)
	headKind = regexp.MustCompile(`(在编(?:在职)?(?:人数|人员)?|在职(?:人数|人员)?|临时(?:工|人员|聘用人员)?|聘用(?:人数|人员)?|编外(?:人数|人员)?|离休(?:人数|人员)?|退休(?:人数|人员)?|公益性岗位(?:人员)?|劳务派遣(?:人员)?)(\d+)人`)
	brackets = regexp.MustCompile(`（[^（）]*）`)
)

// Headcounts compares the number of people with the sum of the kinds listed behind it.
func (s *scope) Headcounts() []*Spot {
	var out []*Spot
	for _, sec := range s.run.doc.Sections {
		m := present.FindStringSubmatch(sec.Text)
		if m == nil {
			continue
		}
		kinds := headKind.FindAllStringSubmatch(brackets.ReplaceAllString(m[2], ""), -1)
		sum, seen := 0, map[string]bool{}
		for _, k := range kinds {
			sum += whole1(k[2])
			seen[string([]rune(k[1])[:2])] = true
		}
		if len(kinds) < 2 || len(seen) != len(kinds) || seen["在编"] && seen["在职"] || sum == whole1(m[1]) {
			continue
		}
		out = append(out, at(sec.Place, sec.Title(), m[1], strconv.Itoa(sum)))
	}
	return out
}

// GrowthDriver finds reasons for growth that name another part than the one that grew most.
func (s *scope) GrowthDriver() []*Spot {
	people, office := s.claimWith("人员经费"), s.claimWith("公用经费")
	if people == nil || office == nil {
		return nil
	}
	out := &Spot{}
	for _, subject := range []string{"收支总计", "财政拨款收支总计", "一般公共预算支出"} {
		c := s.claimWith(subject)
		if c == nil || c.Change.V == 0 {
			continue
		}
		projects := c.Change.V - people.Change.V - office.Change.V
		if office.Change.V > people.Change.V && people.Change.V > 0 && c.Change.V > 0 && strings.Contains(c.Why, "人员") && !strings.Contains(c.Why, "公用") && !strings.Contains(c.Why, "项目") {
			out.Places = append(out.Places, c.At)
			out.Stated = c.Why
			out.Computed = fmt.Sprintf("人员%s，公用%s，其余%s", disclosed.Decimal(people.Change.V, 2), disclosed.Decimal(office.Change.V, 2), disclosed.Decimal(projects, 2))
		}
	}
	if len(out.Places) == 0 {
		return nil
	}
	out.Text = "增加原因写“" + out.Stated + "”，最大增项却是公用经费（" + out.Computed + "）"
	return []*Spot{out}
}

func (s *scope) claimWith(subject string) *Claim {
	for _, c := range s.run.claims {
		if c.Subject == subject && c.Change.Empty == "" {
			return c
		}
	}
	return nil
}

// ItemsExplained finds that budgets are explained by class only, while the table goes down to items.
func (s *scope) ItemsExplained() []*Spot {
	classes, deeper := 0, 0
	var place disclosed.Place
	for _, c := range s.run.claims {
		if c.Part != string(disclosed.Narrative) || c.Initial.Empty != "" && c.Full.Empty != "" {
			continue
		}
		switch digits := strings.Trim(c.Subject, "0123456789") == ""; {
		case digits && len(c.Subject) == 3:
			classes++
			place = c.At
		case digits || strings.HasPrefix(c.Subject, "不明科目"):
			deeper++
		}
	}
	items := len(s.Rows(s.T05, "项"))
	if classes == 0 || deeper > 0 || items <= classes {
		return nil
	}
	place.At = strings.TrimSpace(strings.Split(place.At, " ")[0])
	return []*Spot{at(place, fmt.Sprintf("年初预算与决算只说明到%d个类，表中有%d个项", classes, items), strconv.Itoa(classes), strconv.Itoa(items))}
}

var uses = regexp.MustCompile(`(人员经费|公用经费)[^。]*?(?:用途主要包括|主要用于|主要包括|用途包括)：?([^。；]*)`)

// general are words in lists that stand for several subjects.
var general = map[string][]string{
	"社会保障缴费": {"30108", "30109", "30110", "30111", "30112"}, "社会保险缴费": {"30108", "30109", "30110", "30111", "30112"},
	"办公设备购置": {"31002"}, "维修费": {"30213"}, "维修维护费": {"30213"}, "医疗保险缴费": {"30110", "30111"}, "养老保险缴费": {"30108"},
}

// useList is one list of what money was used for, with the codes that it names.
type useList struct {
	section *disclosed.Section
	people  bool
	codes   map[string]bool
	open    bool // it ends with 等
}

// useLists reads the lists of uses.
func (s *scope) useLists() []useList {
	dict := s.run.opt.Dictionary
	if dict == nil {
		return nil
	}
	var out []useList
	for _, sec := range s.run.doc.Sections {
		if sec.Part != disclosed.Annexed && !strings.Contains(strings.Join(sec.Path, ""), "基本支出") {
			continue
		}
		for _, m := range uses.FindAllStringSubmatch(sec.Text, -1) {
			u := useList{section: sec, people: m[1] == "人员经费", codes: map[string]bool{}, open: strings.HasSuffix(m[2], "等") || strings.Contains(m[2], "等。")}
			known := 0
			for _, name := range strings.FieldsFunc(m[2], func(r rune) bool { return strings.ContainsRune("、，和及", r) }) {
				if s.addUse(u, name) {
					known++
				}
			}
			if known >= 3 {
				out = append(out, u)
			}
		}
	}
	return out
}

// subjects are the economic subjects, listed once for an audit.
func (r *run) subjects() []fiscal.Subject {
	if r.econ == nil {
		r.econ = r.opt.Dictionary.All(fiscal.Econ)
	}
	return r.econ
}

func (s *scope) addUse(u useList, name string) bool {
	name = strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(name), "等"), "支出")
	if codes, ok := general[name]; ok {
		for _, c := range codes {
			u.codes[c] = true
		}
		return true
	}
	for _, v := range s.run.subjects() {
		if len(v.Code) == 5 && (strings.HasPrefix(v.Code, "301") || strings.HasPrefix(v.Code, "303")) == u.people && alike(v.Name, name) && s.T06.Has(v.Code) {
			u.codes[v.Code] = true
			return true
		}
	}
	return false
}

// ListGaps finds subjects with expenditure that a list of uses leaves out. A list that ends with 等 does not claim to be
// complete.
func (s *scope) ListGaps() []*Spot {
	out := &Spot{}
	var missing []string
	for _, u := range s.useLists() {
		if u.open {
			continue
		}
		var gaps []string
		for _, r := range s.T06.rows {
			people := strings.HasPrefix(r.Full, "301") || strings.HasPrefix(r.Full, "303")
			if r.Level == "款" && r.Full != "" && people == u.people && r.C1.Missing == "" && r.C1.V > 0 && !u.codes[r.Full] {
				gaps = append(gaps, r.Name+r.C1.String())
			}
		}
		if len(gaps) > 0 {
			p := u.section.Place
			out.Places = append(out.Places, p)
			missing = appendNew(missing, u.section.Title()+"缺"+strings.Join(gaps, "、"))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	out.Text = "用途列举不全：" + strings.Join(missing, "；")
	out.Stated, out.Computed = strings.Join(missing, "；"), "列全非零的款级科目，或在末尾写“等”"
	return []*Spot{out}
}

// ListZeros finds subjects that a list of uses names although nothing was spent on them.
func (s *scope) ListZeros() []*Spot {
	var out []*Spot
	for _, u := range s.useLists() {
		if u.section.Part == disclosed.Annexed {
			continue
		}
		for _, code := range sortedKeys(u.codes) {
			r := s.T06.Row(code)
			group := false
			for _, list := range general {
				group = group || len(list) > 1 && slices.Contains(list, code)
			}
			if s.T06.Has(code) && r.C1.Missing == "" && r.C1.V == 0 && !group {
				p := at(u.section.Place, u.section.Title()+"列了"+s.T06.Label+"上没有支出的科目，如“"+r.Name+"”", r.Name, r.C1.String())
				p.Kind = u.section.Title()
				out = append(out, p)
			}
		}
	}
	return out
}

// sanGongText is all that is said on the three public expenses.
func (s *scope) sanGongText() (string, *disclosed.Section) {
	var b strings.Builder
	var first *disclosed.Section
	for _, sec := range s.narrative() {
		if strings.Contains(strings.Join(sec.Path, ""), "三公") {
			b.WriteString(sec.Text)
			if first == nil {
				first = sec
			}
		}
	}
	return b.String(), first
}

// CountsMissing finds that numbers of groups, cars or receptions are not given although money was spent.
func (s *scope) CountsMissing() []*Spot {
	text, sec := s.sanGongText()
	if sec == nil || !s.T09.Exists {
		return nil
	}
	total := s.T09.Total()
	var out []*Spot
	for _, x := range []struct {
		n    Num
		word *regexp.Regexp
		name string
	}{
		{total.C8, regexp.MustCompile(`团组|团（组）|批次`), "因公出国（境）团组数和人数"}, {total.C11, regexp.MustCompile(`保有量|车辆`), "公务用车保有量"}, {total.C12, regexp.MustCompile(`批次|批|人次`), "公务接待批次和人次"},
	} {
		if x.n.Missing == "" && x.n.V > 0 && !x.word.MatchString(text) {
			out = append(out, at(sec.Place, "没有写"+x.name, "", ""))
		}
	}
	return out
}

// SanGongMerged finds that buying and running cars are not told apart although money was spent on cars.
func (s *scope) SanGongMerged() []*Spot {
	text, sec := s.sanGongText()
	if sec == nil || !s.T09.Exists || s.T09.Total().C9.V == 0 || s.T09.Total().C9.Missing != "" {
		return nil
	}
	if strings.Contains(text, "购置费") || strings.Contains(text, "购置支出") || strings.Contains(text, "购置公务用车") || strings.Contains(text, "用车购置") && strings.Contains(text, "运行维护支出") {
		return nil
	}
	return []*Spot{at(sec.Place, "公务用车购置费和运行维护费没有分别列示", "", "")}
}

// Plausible finds figures that are rarely nothing in an organisation with staff.
func (s *scope) Plausible() []*Spot {
	if !s.T06.Exists || s.T06.Econ("30101").V <= 0 || s.T06.Econ("30101").Missing != "" {
		return nil
	}
	out := &Spot{Stated: "0.00"}
	var names []string
	for _, code := range []string{"30113", "30109"} {
		r := s.T06.Row(code)
		if s.T06.Has(code) && r.C1.Missing == "" && r.C1.V == 0 {
			names = append(names, r.Name)
			out.Places = append(out.Places, r.At)
		}
	}
	if len(names) < 2 || s.T05.Has("221") {
		return nil
	}
	out.Text = strings.Join(names, "、") + "为0，也没有住房保障支出；有在职人员的单位通常不为零，请核对"
	return []*Spot{out}
}

// ReasonsReused finds one reason given for several classes.
func (s *scope) ReasonsReused() []*Spot {
	by := map[string]*Spot{}
	var order []string
	for _, c := range s.run.claims {
		if c.Reason == "" || strings.Trim(c.Subject, "0123456789") != "" {
			continue
		}
		if by[c.Reason] == nil {
			by[c.Reason] = &Spot{Stated: c.Reason}
			order = append(order, c.Reason)
		}
		by[c.Reason].Places = append(by[c.Reason].Places, c.At)
	}
	var out []*Spot
	for _, r := range order {
		if p := by[r]; len(p.Places) > 1 {
			p.Text = fmt.Sprintf("%d处用了同一个原因“%s”，请核对", len(p.Places), r)
			out = append(out, p)
		}
	}
	return out
}

// ReasonsDiffer finds two reasons for the same change of the same amount.
func (s *scope) ReasonsDiffer() []*Spot {
	a, b := s.claimWith("公用经费"), s.claimWith("机关运行经费")
	if a == nil || b == nil || a.Change.V != b.Change.V || a.Actual.V != b.Actual.V || a.Why == "" || b.Why == "" || a.Why == b.Why {
		return nil
	}
	p := at(a.At, "公用经费与机关运行经费的增减相同，原因写得不同", a.Why+" / "+b.Why, "一致")
	p.Places = append(p.Places, b.At)
	return []*Spot{p}
}

var duty = regexp.MustCompile(`(?:^|[；。])(\d{1,2})[.、]([^；。]{8,})`)

// duties reads a numbered list.
func duties(text string) map[string]string {
	out := map[string]string{}
	for _, m := range duty.FindAllStringSubmatch(strings.ReplaceAll(text, "；", "；；"), -1) {
		out[m[1]] = strings.NewReplacer("“", "", "”", "", " ", "").Replace(m[2])
	}
	return out
}

// TextDiffers finds duties that the overview and the report of the whole tell differently.
func (s *scope) TextDiffers() []*Spot {
	var a, b *disclosed.Section
	for _, sec := range s.run.doc.Sections {
		if !strings.Contains(sec.Heading, "职责") && !strings.Contains(sec.Heading, "职能") {
			continue
		}
		if sec.Part == disclosed.Overview && a == nil {
			a = sec
		}
		if sec.Part == disclosed.Annexed && b == nil {
			b = sec
		}
	}
	if a == nil || b == nil {
		return nil
	}
	x, y := duties(a.Text), duties(b.Text)
	var out []*Spot
	for _, n := range sortedKeys(x) {
		if y[n] == "" || x[n] == y[n] || strings.TrimRight(x[n], "，") == strings.TrimRight(y[n], "，") {
			continue
		}
		gap := strings.TrimLeft(strings.TrimPrefix(x[n], commonPrefix(x[n], y[n])), "，")
		p := at(a.Place, fmt.Sprintf("%s第%s条与%s不同，少“%s”", a.Title(), n, b.Title(), gap), x[n], y[n])
		p.Places = append(p.Places, b.Place)
		out = append(out, p)
	}
	return out
}

func commonPrefix(a, b string) string {
	x, y := []rune(a), []rune(b)
	i := 0
	for i < len(x) && i < len(y) && x[i] == y[i] {
		i++
	}
	return string(x[:i])
}

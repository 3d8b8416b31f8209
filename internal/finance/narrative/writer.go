package narrative

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

// Amount is an amount with where it came from.
type Amount struct {
	Fen  money.Fen
	Ref  statement.Ref
	Rule string
}

// Zero reports whether the amount is 0.
func (a Amount) Zero() bool { return a.Fen == 0 }

// comparison is an amount against last year's.
type comparison struct {
	Key, Lead              string
	Known, Same, PriorZero bool
	Diff                   Amount // without its sign
	Rate                   [2]money.Fen
	UpDown, Growth         string
}

// detail is an amount against its budget.
type detail struct {
	Key, Name, Base string
	Budget, Actual  Amount
	Full            *Amount // printed where the budget at the beginning of the year was 0
	BaseZero, Same  bool
	BigSmall        string
}

// publicExpense is one of the three public expenses against its budget and last year's.
type publicExpense struct {
	Name, BudgetKey string
	Budget, Actual  Amount
	SameBudget      bool
	BigSmall        string
	YOY             comparison
}

// writer turns what a template prints into text whose figures know where they came from: a template prints a mark, and
// the mark becomes a span.
type writer struct {
	in      *Input
	doc     *Document
	section string
	spans   []Span
}

const markOpen, markClose = "\x01", "\x02"

func (w *writer) mark(s Span) string {
	w.spans = append(w.spans, s)
	return markOpen + strconv.Itoa(len(w.spans)-1) + markClose
}

// funcs are the words that a text may use.
func (w *writer) funcs() template.FuncMap {
	return template.FuncMap{"wan": w.wan, "share": w.share, "pct": w.pct, "int": w.int, "reason": w.reason, "yoy": w.yoy, "inc": func(i int) string { return strconv.Itoa(i + 1) }}
}

func (w *writer) wan(a Amount) string {
	return w.mark(Span{Text: a.Fen.WanYuan(), Figure: &Figure{Text: a.Fen.WanYuan(), Fen: a.Fen, Ref: a.Ref, Rule: a.Rule}})
}

// share prints part ÷ whole; both are an Amount or a pointer to one.
func (w *writer) share(part, whole any) string {
	p, q := amountOf(part), amountOf(whole)
	text, ok := fiscal.Percent(p.Fen, q.Fen)
	if !ok {
		text = "—"
	}
	return w.mark(Span{Text: text, Figure: &Figure{Text: text, Rule: fmt.Sprintf("%s ÷ %s（以分计算）", p.Fen.Yuan(), q.Fen.Yuan())}})
}

func amountOf(v any) Amount {
	if p, ok := v.(*Amount); ok {
		return *p
	}
	a, _ := v.(Amount)
	return a
}

func (w *writer) pct(rate [2]money.Fen) string {
	text, ok := fiscal.Percent(abs(rate[0]), abs(rate[1]))
	if !ok {
		text = "—"
	}
	return w.mark(Span{Text: text, Figure: &Figure{Text: text, Rule: fmt.Sprintf("差额 %s ÷ 上年 %s（以分计算）", rate[0].Yuan(), rate[1].Yuan())}})
}

func abs(f money.Fen) money.Fen {
	if f < 0 {
		return -f
	}
	return f
}

// int prints a count, a kind of vehicle, or their total.
func (w *writer) int(name any) (string, error) {
	key := fmt.Sprint(name)
	n, rule := int64(0), ""
	switch {
	case key == "vehicles":
		for _, v := range Vehicles() {
			n += w.in.Vehicles[v]
		}
		rule = "资产登记的车辆，截至年末"
	case key == "equipment":
		n, rule = w.in.Equipment, "资产登记的设备，截至年末"
	case Vehicle(key).Label() != "":
		n, rule = w.in.Vehicles[Vehicle(key)], "资产登记的"+Vehicle(key).Label()+"，截至年末"
	case Count(key).Label() != "":
		var known bool
		if n, known = w.in.Counts[Count(key)]; !known && !w.in.sanGongEmpty() {
			w.gap("实物量没有填报：" + Count(key).Label())
		}
		rule = "实物量：" + Count(key).Label()
	default:
		return "", fmt.Errorf("count %q", key)
	}
	text := strconv.FormatInt(n, 10)
	return w.mark(Span{Text: text, Figure: &Figure{Text: text, Rule: rule}}), nil
}

func (in *Input) sanGongEmpty() bool { t := in.Statement.Table("T09"); return t == nil || t.Empty }

func (w *writer) gap(text string) {
	if !slices.Contains(w.doc.Gaps, text) {
		w.doc.Gaps = append(w.doc.Gaps, text)
	}
}

// reason prints the reason of a difference that an ask of this key was made for.
func (w *writer) reason(key string) (string, error) {
	i := slices.IndexFunc(w.doc.Asks, func(a Ask) bool { return a.Key == key })
	if i < 0 {
		return "", fmt.Errorf("reason %q without a difference", key)
	}
	if text := w.doc.Asks[i].Reason; text != "" {
		return w.mark(Span{Text: text, Ask: key}), nil
	}
	return w.mark(Span{Text: "［待填写］", Ask: key, Missing: true}), nil
}

// ask notes that a difference wants a reason.
func (w *writer) ask(a Ask, drivers []driver) {
	if slices.ContainsFunc(w.doc.Asks, func(x Ask) bool { return x.Key == a.Key }) {
		return
	}
	a.Section = w.section
	a.Reason = w.reasonFor(a)
	if d, ok := largest(drivers, a.Diff); ok {
		a.Driver = fmt.Sprintf("%s%s %s 万元", d.label, upDown(d.diff), abs(d.diff).WanYuan())
		if a.Reason != "" && !strings.Contains(a.Reason, d.word) {
			a.Warning = "变化最大的是" + a.Driver + "，原因里没有提到。"
		}
	}
	w.doc.Asks = append(w.doc.Asks, a)
}

// reasonFor is what was written for an ask, or else for another ask about the same money.
func (w *writer) reasonFor(a Ask) string {
	if text := strings.TrimSuffix(strings.TrimSpace(w.in.Reasons[a.Key]), "。"); text != "" {
		return text
	}
	for _, same := range [][]string{{"yoy.total", "yoy.appropriated", "yoy.general"}, {"yoy.public", "yoy.mechanism"}} {
		if !slices.Contains(same, a.Key) {
			continue
		}
		for _, x := range w.doc.Asks {
			if slices.Contains(same, x.Key) && x.Diff == a.Diff {
				return x.Reason
			}
		}
	}
	return ""
}

// driver is a component of a difference.
type driver struct {
	label, word string // word is what a reason should mention
	diff        money.Fen
}

// largest gives the component that moved most in the direction of the whole.
func largest(list []driver, whole money.Fen) (driver, bool) {
	best := driver{}
	for _, d := range list {
		if (d.diff > 0) == (whole > 0) && abs(d.diff) > abs(best.diff) {
			best = d
		}
	}
	return best, best.diff != 0
}

func upDown(f money.Fen) string {
	if f < 0 {
		return "减少"
	}
	return "增加"
}

// yoy compares an amount with last year's.
func (w *writer) yoy(name string, now Amount, lead string) comparison {
	m := Metric(name)
	c := comparison{Key: "yoy." + name, Lead: lead}
	prior, known := w.in.Prior[m]
	if !known {
		w.gap("上年数没有填报：" + m.Label())
		return c
	}
	diff := now.Fen - prior
	c.Known, c.Same, c.PriorZero = true, diff == 0, prior == 0
	c.Diff = Amount{Fen: abs(diff), Rule: fmt.Sprintf("本年 %s 元 − 上年 %s 元", now.Fen.Yuan(), prior.Yuan())}
	c.Rate = [2]money.Fen{diff, prior}
	c.UpDown, c.Growth = upDown(diff), "增长"
	if diff < 0 {
		c.Growth = "下降"
	}
	if !c.Same {
		w.ask(Ask{Key: c.Key, Subject: m.Label(), Diff: diff, Against: "上年决算数"}, w.yearDrivers(m))
	}
	return c
}

// yearDrivers are the parts of a whole that moved since last year, where last year's parts are known.
func (w *writer) yearDrivers(m Metric) []driver {
	if m != Total && m != Appropriated && m != General {
		return nil
	}
	f := newFacts(w)
	var out []driver
	for _, p := range []struct {
		m    Metric
		now  money.Fen
		word string
	}{{Personnel, f.Personnel().Fen, "人员"}, {Public, f.Public().Fen, "公用"}, {Projects, f.ProjectTotal().Fen, "项目"}} {
		prior, known := w.in.Prior[p.m]
		if !known {
			return nil
		}
		out = append(out, driver{p.m.Label(), p.word, p.now - prior})
	}
	return out
}

// paragraphs cuts printed text into paragraphs and puts the spans in the places of their marks. A line that begins with #
// is a sub-heading.
func (w *writer) paragraphs(text string) []Paragraph {
	var out []Paragraph
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		p := Paragraph{}
		if rest, ok := strings.CutPrefix(line, "# "); ok {
			p.Heading, line = true, rest
		}
		for line != "" {
			before, rest, found := strings.Cut(line, markOpen)
			if before != "" {
				p.Spans = append(p.Spans, Span{Text: before})
			}
			if !found {
				break
			}
			number, after, _ := strings.Cut(rest, markClose)
			if i, err := strconv.Atoi(number); err == nil && i < len(w.spans) {
				p.Spans = append(p.Spans, w.spans[i])
			}
			line = after
		}
		out = append(out, p)
	}
	return out
}

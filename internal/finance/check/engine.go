package check

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/expr-lang/expr/vm"

	"yichuang/internal/finance/disclosed"
	"yichuang/internal/finance/fiscal"
)

// Options are what an audit needs besides the document.
type Options struct {
	Dictionary *fiscal.Dictionary
	Policy     *Policy         // nil for the one of the document's region, see PolicyFor
	Dates      disclosed.Dates // known from elsewhere, in the place of what the document does not say
	OrgKind    disclosed.OrgKind
}

// run is one audit.
type run struct {
	doc      *disclosed.Document
	opt      Options
	rules    *Rules
	env      *scope
	machine  vm.VM
	claims   []*Claim
	annexes  []*Annex
	cells    map[string]Num // of bindings already evaluated
	report   *Report
	skipped  map[[2]string]int
	byGroup  map[string]int
	sequence int
	econ     []fiscal.Subject
}

// Run audits a document. Only final accounts are audited: any other kind gives a report without findings that says what
// was not evaluated and why.
func (s *Rules) Run(d *disclosed.Document, opt Options) *Report {
	if opt.Policy == nil {
		opt.Policy = PolicyFor(s.policies, d)
	}
	r := &run{doc: d, opt: opt, rules: s, cells: map[string]Num{}, skipped: map[[2]string]int{}, byGroup: map[string]int{}}
	r.report = &Report{Policy: opt.Policy.ID, Findings: []Finding{}, NotEvaluated: []Unevaluated{}, Document: documentOf(d), Summary: Summary{Rules: len(s.list)}}
	if d.Kind != disclosed.Accounts {
		reason := "不是部门决算文件，决算规则不适用"
		if d.Kind == disclosed.Budget {
			reason = "这是部门预算文件，决算规则不适用"
		}
		r.skip("全部规则", reason)
		return r.finish()
	}
	r.prepare()
	for _, rule := range s.list {
		r.apply(rule)
	}
	return r.finish()
}

func documentOf(d *disclosed.Document) Document {
	out := Document{Kind: string(d.Kind), Year: d.Year, Org: d.Org, Hash: d.Hash, Tables: []string{}}
	for _, t := range d.Tables {
		name := t.Title
		if t.Number != "" {
			name = t.Number + " " + name
		}
		out.Tables = append(out.Tables, name)
		if out.Unit == "" {
			out.Unit = t.UnitName
		}
	}
	return out
}

// prepare builds the views.
func (r *run) prepare() {
	v := func(f disclosed.Form) *Table { return viewOf(r.doc, f) }
	r.env = &scope{T01: v(disclosed.T01), T02: v(disclosed.T02), T03: v(disclosed.T03), T04: v(disclosed.T04), T05: v(disclosed.T05), T06: v(disclosed.T06),
		T07: v(disclosed.T07), T08: v(disclosed.T08), T09: v(disclosed.T09), Policy: r.opt.Policy, run: r}
	r.env.Doc = &Facts{Year: r.doc.Year, Org: r.doc.Org, Kind: string(cmp.Or(r.doc.OrgKind, r.opt.OrgKind)),
		Approved: cmp.Or(r.doc.Dates.Approved, r.opt.Dates.Approved), Published: cmp.Or(r.doc.Dates.Published, r.opt.Dates.Published), Secrecy: cmp.Or(r.doc.Dates.Secrecy, r.opt.Dates.Secrecy)}
	places := placesOf(r.doc)
	for _, c := range r.doc.Claims {
		r.claims = append(r.claims, claimOf(c, places))
	}
	for _, a := range r.doc.Annexes {
		r.annexes = append(r.annexes, annexOf(a))
	}
}

// table gives a table by its name in needs.
func (r *run) table(name string) *Table {
	for _, t := range []*Table{r.env.T01, r.env.T02, r.env.T03, r.env.T04, r.env.T05, r.env.T06, r.env.T07, r.env.T08, r.env.T09} {
		if string(t.Form) == name {
			return t
		}
	}
	return nil
}

// apply applies one rule everywhere.
func (r *run) apply(rule *Rule) {
	r.sequence++
	for _, need := range rule.Needs {
		if t := r.table(need); t != nil && !t.Exists {
			r.skip(rule.ID, t.absent())
			return
		}
	}
	if rule.list == nil {
		r.once(rule)
		return
	}
	list, err := r.eval(rule.list)
	if err != nil {
		r.settle(rule, err)
		return
	}
	v := reflect.ValueOf(list)
	for i := range v.Len() {
		r.assign(v.Index(i).Interface())
		r.once(rule)
	}
}

// assign sets the loop's variable.
func (r *run) assign(x any) {
	e := r.env
	switch v := x.(type) {
	case *Row:
		e.R = v
	case *Cell:
		e.K, e.R = v, v.Row
	case *Claim:
		e.C = v
	case *Indicator:
		e.I, e.A = v, v.In
	case *Annex:
		e.A = v
	case *Fund:
		e.F, e.A = v, v.In
	case *Spot:
		e.S = v
	default:
		panic(fmt.Sprintf("check: a list of %T", x))
	}
}

func (r *run) eval(p *vm.Program) (any, error) { return r.machine.Run(p, r.env) }

// settle turns an evaluation that stopped into its outcome.
func (r *run) settle(rule *Rule, err error) {
	var u unsettled
	switch {
	case errors.As(err, &u) && u.n.Missing != "":
		r.skip(rule.ID, u.n.Missing)
	case errors.As(err, &u):
		r.report.Summary.NotApplicable++
	default:
		r.skip(rule.ID, "规则不能计算："+firstLine(err.Error()))
	}
}

func firstLine(s string) string { s, _, _ = strings.Cut(s, "\n"); return s }

func (r *run) skip(rule, reason string) {
	r.skipped[[2]string{rule, reason}]++
	r.report.Summary.NotEvaluated++
}

// once applies a rule to the current element.
func (r *run) once(rule *Rule) {
	if rule.when != nil {
		ok, err := r.eval(rule.when)
		if err != nil {
			r.settle(rule, err)
			return
		}
		if !ok.(bool) {
			r.report.Summary.NotApplicable++
			return
		}
	}
	switch {
	case rule.Find != "":
		s := r.env.S
		if s.Unknown != "" {
			r.skip(rule.ID, s.Unknown)
			return
		}
		r.found(rule, verdict{outcome: cmp.Or(s.Outcome, Fail)}, Num{Text: s.Stated}, Num{Text: s.Computed})
	case rule.cond != nil:
		ok, err := r.eval(rule.cond)
		switch {
		case err != nil:
			r.settle(rule, err)
		case ok.(bool):
			r.report.Summary.Passed++
		default:
			r.found(rule, verdict{outcome: Fail}, Num{}, Num{})
		}
	default:
		r.compare(rule)
	}
}

// compare applies stated ≟ computed.
func (r *run) compare(rule *Rule) {
	a, err := r.eval(rule.left)
	if err != nil {
		r.settle(rule, err)
		return
	}
	b, err := r.eval(rule.right)
	if err != nil {
		r.settle(rule, err)
		return
	}
	stated, computed := toNum(a), toNum(b)
	switch v := rule.tol.compare(stated, computed); v.outcome {
	case Pass:
		r.report.Summary.Passed++
	case NotApplicable:
		r.report.Summary.NotApplicable++
	case NotEvaluated:
		r.skip(rule.ID, v.reason)
	default:
		r.found(rule, v, stated, computed)
	}
}

// found makes a finding, or adds a place to the one of its group.
func (r *run) found(rule *Rule, v verdict, stated, computed Num) {
	f := Finding{Rule: rule.ID, Severity: rule.Severity, Outcome: v.outcome, Basis: rule.Basis, Suggest: rule.Suggest, Heuristic: rule.Heuristic, Truncated: v.cut, order: r.sequence}
	switch {
	case v.outcome == Rounding:
		f.Severity = Info
		r.report.Summary.Rounding++
	case v.cut:
		f.Severity = rule.Truncated
		r.report.Summary.Failed++
	default:
		r.report.Summary.Failed++
	}
	r.values(&f, rule, v, stated, computed)
	f.Places = r.places(rule, stated, computed)
	f.Message = r.text(rule.msg, &f)
	if v.outcome == Rounding {
		f.Message += "（可由四舍五入解释）"
	}
	if v.cut {
		f.Message += "（只有截断小数才能得到所列数）"
	}
	f.group = rule.ID + "\x00" + f.Message + f.Stated + f.Computed
	if rule.Group != "" {
		f.group = rule.ID + "\x00" + r.text(rule.group, &f)
	}
	f.group += "\x00" + string(f.Outcome)
	if i, ok := r.byGroup[f.group]; ok {
		r.report.Findings[i].join(f)
		return
	}
	r.byGroup[f.group] = len(r.report.Findings)
	r.report.Findings = append(r.report.Findings, f)
}

// values fills in what is stated and computed.
func (r *run) values(f *Finding, rule *Rule, v verdict, stated, computed Num) {
	switch {
	case rule.Find != "":
		f.Stated, f.Computed = stated.Text, computed.Text
		if s := r.env.S; s.Severity != "" {
			f.Severity = s.Severity
		}
		return
	case rule.left == nil:
		f.Stated, f.Computed = r.text(rule.shows[0], f), r.text(rule.shows[1], f)
		return
	}
	f.Stated = stated.String()
	f.Computed = computed.shown(stated.Places)
	f.Diff = disclosed.Decimal(stated.V-computed.V, max(2, stated.Places))
	if v.envelope > 0 {
		f.Envelope = disclosed.Decimal(v.envelope, 3)
	}
}

// places are where the stated figure stands and where the rule says else.
func (r *run) places(rule *Rule, stated, computed Num) []disclosed.Place {
	var out []disclosed.Place
	if rule.Find != "" {
		return append(out, r.env.S.Places...)
	}
	if stated.At != nil {
		out = append(out, *stated.At)
	} else if p, ok := r.elementPlace(rule); ok {
		out = append(out, p)
	}
	if rule.at != nil {
		if v, err := r.eval(rule.at); err == nil {
			switch x := v.(type) {
			case Num:
				if x.At != nil {
					out = append(out, *x.At)
				}
			case string:
				out = append(out, disclosed.Place{At: x})
			}
		}
	} else if computed.At != nil && rule.each != "" {
		out = append(out, *computed.At)
	}
	if len(out) == 0 {
		out = append(out, disclosed.Place{At: rule.Scope})
	}
	return out
}

// elementPlace is where the element of the loop stands.
func (r *run) elementPlace(rule *Rule) (disclosed.Place, bool) {
	switch rule.each {
	case "r":
		return r.env.R.At, true
	case "k":
		return r.env.K.Row.At, true
	case "c":
		return r.env.C.At, true
	case "i":
		return r.env.I.At, true
	case "a":
		return r.env.A.At, true
	case "f":
		return r.env.F.At, true
	}
	return disclosed.Place{}, false
}

// text fills a template.
func (r *run) text(t template, f *Finding) string {
	var b strings.Builder
	for i, part := range t.parts {
		b.WriteString(part)
		if i >= len(t.holes) {
			continue
		}
		switch t.names[i] {
		case "stated":
			b.WriteString(f.Stated)
		case "computed":
			b.WriteString(f.Computed)
		case "diff":
			b.WriteString(f.Diff)
		case "env":
			b.WriteString(f.Envelope)
		default:
			v, err := r.eval(t.holes[i])
			if err != nil {
				v = "—"
			}
			fmt.Fprint(&b, v)
		}
	}
	return b.String()
}

// join adds the places of a finding of the same cause.
func (f *Finding) join(other Finding) {
	for _, p := range other.Places {
		if !slices.Contains(f.Places, p) {
			f.Places = append(f.Places, p)
		}
	}
	if other.Stated != "" && other.Stated != f.Stated && !strings.Contains(f.Stated, other.Stated) && len(f.Stated) < 400 {
		f.Stated += "；" + other.Stated
	}
	if other.Computed != "" && other.Computed != f.Computed && !strings.Contains(f.Computed, other.Computed) && len(f.Computed) < 400 {
		f.Computed += "；" + other.Computed
	}
	f.Diff = ""
}

// bound evaluates the binding of a subject once.
func (r *run) bound(subject string) Num {
	if n, ok := r.cells[subject]; ok {
		return n
	}
	n := notApplicable("没有对应的表格数")
	if p := r.rules.bindings[subject]; p != nil {
		if v, err := r.eval(p); err == nil {
			n = toNum(v)
		}
	} else if len(subject) >= 3 && strings.Trim(subject, "0123456789") == "" {
		n = r.env.T05.Row(subject).C1
		if len(subject) == 3 {
			n = r.env.T05.Class(subject).C1
		}
	}
	r.cells[subject] = n
	return n
}

// finish sorts and counts.
func (r *run) finish() *Report {
	for key, n := range r.skipped {
		r.report.NotEvaluated = append(r.report.NotEvaluated, Unevaluated{Rule: key[0], Reason: key[1], Count: n})
	}
	slices.SortFunc(r.report.NotEvaluated, func(a, b Unevaluated) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Reason, b.Reason))
	})
	r.gatherRounding()
	rank := map[Severity]int{Error: 0, Warn: 1, Info: 2}
	slices.SortStableFunc(r.report.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(rank[a.Severity], rank[b.Severity]), cmp.Compare(a.order, b.order))
	})
	r.report.count()
	return r.report
}

// manyRoundings is from how many on the roundings of one rule in one table are told as one finding.
const manyRoundings = 4

// gatherRounding makes one finding of the many that rounding explains in the same table, so that they do not hide others.
func (r *run) gatherRounding() {
	counts := map[string]int{}
	key := func(f *Finding) string {
		table, _, _ := strings.Cut(f.Places[0].At, " ")
		return f.Rule + "\x00" + table
	}
	for i := range r.report.Findings {
		if f := &r.report.Findings[i]; f.Outcome == Rounding {
			counts[key(f)]++
		}
	}
	first := map[string]int{}
	var out []Finding
	for _, f := range r.report.Findings {
		k := key(&f)
		if f.Outcome != Rounding || counts[k] < manyRoundings {
			out = append(out, f)
			continue
		}
		if i, ok := first[k]; ok {
			out[i].join(f)
			continue
		}
		first[k] = len(out)
		table, _, _ := strings.Cut(f.Places[0].At, " ")
		f.Message = fmt.Sprintf("%s有%d处合计与分项相差在四舍五入范围内", table, counts[k])
		out = append(out, f)
	}
	if out != nil {
		r.report.Findings = out
	}
}

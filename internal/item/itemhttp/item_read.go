package itemhttp

import (
	"strconv"
	"strings"

	"yichuang/internal/item"
	"yichuang/internal/money"
	"yichuang/internal/org"
	"yichuang/internal/web"
)

// lines splits a text area into its lines without blanks.
func lines(s string) []string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// columnsOf splits a line of a text area at its bars, into n parts at least.
func columnsOf(line string, n int) []string {
	parts := strings.Split(strings.ReplaceAll(line, "｜", "|"), "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	for len(parts) < n {
		parts = append(parts, "")
	}
	return parts
}

// readContent reads the form of an item.
func readContent(f *web.Form) item.Content {
	c := item.Content{
		Name: f.Text("name"), MainName: f.Text("main_name"), BaseCode: strings.ToUpper(f.Text("base_code")), Code: strings.ToUpper(f.Text("code")), BusinessCode: f.Text("business_code"), Profile: f.Text("profile"), Kind: item.Kind(f.Text("kind")),
		Level: f.Text("level"), OrganCode: f.Text("organ_code"), OrganNature: f.Text("organ_nature"), CaseKind: item.CaseKind(f.Text("case_kind")), Statutory: readLimit(f, "statutory"), StatutoryBasis: f.Text("statutory_basis"),
		Promise: readLimit(f, "promise"), PromiseNote: f.Text("promise_note"), Correction: readLimit(f, "correction"), Conditions: lines(f.Text("conditions")), Quota: f.Text("quota"), Intermediaries: f.Text("intermediaries"),
		Joint: item.Joint{Mode: f.Text("joint"), Lead: f.Text("joint_lead"), Units: lines(f.Text("joint_units"))}, Undertaker: f.Text("undertaker"),
		Result:  item.Result{Name: f.Text("result"), Kind: f.Text("result_kind"), Validity: f.Text("result_validity")},
		First:   item.FirstReview{UnitID: f.Text("first_unit"), Basis: f.Text("first_basis")},
		Renewal: item.Renewal{Term: readLimit(f, "renewal_term"), Lead: readLead(f), Silence: f.Text("renewal_silence"), Basis: f.Text("renewal_basis")},
		Objects: f.All("objects"), Channels: f.All("channels"), Themes: f.All("themes"), Scope: f.Text("scope"), Depth: f.Text("depth"), Visits: item.SiteVisits{N: int(f.Int("site_visits")), Reason: f.Text("visit_reason")},
		Bookable: f.Bool("bookable"), PayOnline: f.Bool("pay_online"), Express: f.Bool("express"), Kiosk: f.Bool("kiosk"), InHall: f.Bool("in_hall"), Tolerant: f.Bool("tolerant"), Commitment: f.Bool("commitment"),
		TwoCheckers: f.Bool("two_checkers"), Silent: f.Bool("silent"), Minutes: int(f.Int("std_minutes")), Place: f.Text("place"), Hours: f.Text("hours"), Consult: f.Text("consult_phone"), Complaint: f.Text("complaint_phone"),
		Online: f.Text("online_address"), Remedy: f.Text("remedy"),
	}
	for _, l := range lines(f.Text("bases")) {
		p := columnsOf(l, 2)
		c.Bases = append(c.Bases, item.Basis{Document: p[0], Article: p[1]})
	}
	if f.Raw("first_limit") != "" && f.Raw("first_limit") != "0" {
		c.First.Limit = readLimit(f, "first_limit")
	}
	if f.Raw("pledge_check") != "" && f.Raw("pledge_check") != "0" {
		c.PledgeCheck = readLimit(f, "pledge_check")
	}
	c.Materials, c.Steps = readMaterials(f), readSteps(f)
	c.Situations, c.Suspensions, c.Fees = readSituations(f), readSuspensions(f), readFees(f)
	return c
}

// readLead reads how many days before the end renewal is applied for; the law's own number is not written down.
func readLead(f *web.Form) int {
	if f.Raw("renewal_lead") == "" {
		return 0
	}
	n := int(f.Int("renewal_lead"))
	if none := (item.Renewal{}); n == none.LeadDays() {
		return 0
	}
	return n
}

func readLimit(f *web.Form, name string) item.Limit {
	if f.Raw(name) == "" {
		return item.Limit{}
	}
	return item.Limit{N: int(f.Int(name)), Unit: item.LimitUnit(f.Text(name + "_unit"))}
}

func readMaterials(f *web.Form) []item.Material {
	var out []item.Material
	for i := range rowsOf(f, "m_rows") {
		p := "m" + number(i) + "_"
		if f.Text(p+"name") == "" {
			continue
		}
		out = append(out, item.Material{Code: "M" + number(len(out)+1), Name: f.Text(p + "name"), Form: f.Text(p + "form"), Originals: int(f.Int(p + "originals")), Copies: int(f.Int(p + "copies")), Source: f.Text(p + "source"),
			Issuer: f.Text(p + "issuer"), Standard: f.Text(p + "standard"), Optional: f.Bool(p + "optional"), Waivable: f.Bool(p + "waivable")})
	}
	return out
}

func readSteps(f *web.Form) []item.StepTemplate {
	var out []item.StepTemplate
	for i := range rowsOf(f, "t_rows") {
		p := "t" + number(i) + "_"
		if f.Text(p+"name") == "" {
			continue
		}
		out = append(out, item.StepTemplate{Code: number(len(out) + 1), Name: f.Text(p + "name"), Role: f.Text(p + "role"), Limit: readLimit(f, p+"limit"), Note: f.Text(p + "note"), Stage: f.Text(p + "stage")})
	}
	return out
}

// readSituations reads lines such as “是否委托他人办理？|本人办理:|委托办理:M3,M4”.
func readSituations(f *web.Form) []item.Situation {
	var out []item.Situation
	for i, l := range lines(f.Text("situations")) {
		p := columnsOf(l, 1)
		s := item.Situation{Code: "S" + number(i+1), Question: p[0]}
		for j, a := range p[1:] {
			label, codes, _ := strings.Cut(strings.ReplaceAll(a, "：", ":"), ":")
			way := item.SituationWay{Code: number(j + 1), Label: strings.TrimSpace(label)}
			for _, m := range strings.FieldsFunc(codes, func(r rune) bool { return r == ',' || r == '，' || r == '、' || r == ' ' }) {
				way.Materials = append(way.Materials, strings.ToUpper(m))
			}
			s.Answers = append(s.Answers, way)
		}
		out = append(out, s)
	}
	return out
}

func situationText(list []item.Situation) string {
	var out []string
	for _, s := range list {
		line := []string{s.Question}
		for _, w := range s.Answers {
			line = append(line, w.Label+":"+strings.Join(w.Materials, ","))
		}
		out = append(out, strings.Join(line, "|"))
	}
	return strings.Join(out, "\n")
}

// readSuspensions reads lines such as “专家评审|《行政许可法》第四十五条|30”.
func readSuspensions(f *web.Form) []item.SuspensionRule {
	var out []item.SuspensionRule
	for _, l := range lines(f.Text("suspensions")) {
		p := columnsOf(l, 3)
		s := item.SuspensionRule{Kind: p[0], Basis: p[1]}
		for _, k := range item.SuspensionKinds() {
			if k.Label == p[0] {
				s.Kind = k.Value
			}
		}
		if p[2] != "" {
			n, err := strconv.Atoi(p[2])
			if err != nil {
				f.Fail("suspensions", "最长天数应是整数，不能是“%s”。", p[2])
			}
			s.Max = item.Limit{N: n, Unit: item.Workday}
		}
		out = append(out, s)
	}
	return out
}

func suspensionText(list []item.SuspensionRule) string {
	var out []string
	for _, s := range list {
		line := org.LabelOf(item.SuspensionKinds(), s.Kind) + "|" + s.Basis
		if !s.Max.IsZero() {
			line += "|" + number(s.Max.N)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// readFees reads lines such as “工本费|10.00|证|发改价格〔2017〕1186号|低保对象免收”.
func readFees(f *web.Form) []item.FeeItem {
	var out []item.FeeItem
	for _, l := range lines(f.Text("fees")) {
		p := columnsOf(l, 5)
		fee := item.FeeItem{Name: p[0], Per: p[2], Basis: p[3], Reduction: p[4]}
		if amount, err := money.ParseYuan(p[1]); err == nil {
			fee.Fen = amount
		} else {
			fee.Standard = p[1]
		}
		out = append(out, fee)
	}
	return out
}

func feeText(list []item.FeeItem) string {
	var out []string
	for _, x := range list {
		amount := x.Standard
		if x.Fen > 0 {
			amount = x.Fen.Yuan()
		}
		out = append(out, strings.TrimRight(strings.Join([]string{x.Name, amount, x.Per, x.Basis, x.Reduction}, "|"), "|"))
	}
	return strings.Join(out, "\n")
}

func basisText(list []item.Basis) string {
	var out []string
	for _, b := range list {
		out = append(out, strings.TrimRight(b.Document+"|"+b.Article, "|"))
	}
	return strings.Join(out, "\n")
}

func limitText(l item.Limit) string {
	if l.IsZero() {
		return ""
	}
	return number(l.N)
}

func limitUnits() []web.Option {
	var out []web.Option
	for _, u := range item.LimitUnits() {
		out = append(out, web.Option{Value: string(u), Label: strings.TrimPrefix(u.Label(), "个")})
	}
	return out
}

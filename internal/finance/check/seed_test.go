package check_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/datatest"
	"yichuang/internal/finance/check"
)

// golden is what a careful reader found in the published disclosure, by the number of the finding, with the rule that must
// find it and what it states and computes.
var golden = []struct {
	id, rule, stated, computed string
}{
	{"G01", "PERF-DENOM", "0.89", "100.00"}, {"G02", "CODE-LEN", "201039/208050/210110/210119", "2010399/2080505/2101102/2101103/2101199"}, {"G03", "CODE-LEN", "301/302/307/310/303/399", "5位"},
	{"G04", "NAME-TRUNC", "事务支", "事务支出"}, {"G05", "SCORE-REV", "3.92", "20.00"}, {"G06", "SCORE-RULE-CONSIST", "19.60%", "同一算法"}, {"G07", "SCORE-SUM", "82.1", "82.12"},
	{"G08", "TEXT-SELF", "82.12、82.1", "82.12"}, {"G09", "SCORE-EQ", "2", "1.90"}, {"G10", "X-RATE", "95", "94.13；99.00"}, {"G11", "SCORE-COMP-CAP", "105.00%", "100.00%"}, {"G12", "COMP-RATE", "99%", "100"},
	{"G13", "RATE-ROUND", "94.16", "94.17"}, {"G14", "RATE-ROUND", "94.12", "94.13"}, {"G15", "SCORE-ROUND", "9.41", "9.42"}, {"G16", "SCORE-SUM", "91.82", "91.81"}, {"G17", "TEXT-SCOPE", "91.82", "88.71"},
	{"G18", "HEADCOUNT", "15", "18"}, {"G19", "X-BUDGET", "222.60", "251.60"}, {"G20", "X-BUDGET", "1", "30"}, {"G21", "TARGET-BUDGET", "<=5万元", "1万元"}, {"G22", "UNIT-KIND", "万元", "%"},
	{"G23", "IND-CLASS", "效益指标", "满意度指标"}, {"G24", "X-ACTUAL", "98% / 99%", ""}, {"G25", "TEXT-CONTRA", "各项指标均已完成", "19.60%"}, {"G26", "TEXT-CONTRA", "", ""}, {"G27", "TEXT-CONTRA", "资金支付延迟", "无"},
	{"G28", "NAME-ORG", "临夏市政务中心 / 临夏市政务服务中心", ""}, {"G29", "NAME-PROJ", "引进人才人员租房补贴 / 引进人才租房补贴", ""}, {"G30", "GRADE-TERM", "良 / 良好", "良"},
	{"G31", "PARENT-SUM", "177.52", "177.53"}, {"G32", "PARENT-SUM", "39.99", "40.00"}, {"G33", "MECH-SUM", "41.99", "42.00"}, {"G34", "EXEC-RATE", "99.93", "99.95"}, {"G35", "EXEC-RATE", "99.85", "99.80"},
	{"G36", "YOY", "511.31", "511.21"}, {"G37", "SHARE", "38.35", "38.33"}, {"G38", "REASON-DRIVER", "单位人员经费增加", "公用35.12"}, {"G39", "ECON-FUNC", "1.82；8.09", "0.00；9.92"}, {"G40", "MECH-SCOPE", "41.99", ""},
	{"G41", "PLAUS-ZERO", "0.00", ""}, {"G42", "DETAIL-LEVEL", "3", "5"}, {"G43", "LIST-COMPLETE", "奖励金0.24", ""}, {"G44", "FMT-COUNT", "0.00批次", "0批次"}, {"G45", "DUP-PHRASE", "主要用于开支主要用于开支", "主要用于开支"},
	{"G46", "TYPO", "自评等分", "自评得分"}, {"G47", "FMT-PUNCT", "；", "。"}, {"G48", "FMT-DECIMAL", "2.5、13.4、2", ""}, {"G49", "NULL-ZERO", "0.00 / 空白", ""}, {"G50", "NOTE-MISSING", "", ""}, {"G51", "HEADING-SEQ", "（一）", "（三）"},
	{"G52", "REASON-MISSING", "94.16", ""}, {"G53", "FMT-RATE", "100 / 100%", ""}, {"G54", "QUAL-SCORE", "1.8", "2"}, {"G55", "RATIO-ZERO", "0万元占0%", "无此项"}, {"G56", "TEXT-DIFF", "", ""}, {"G57", "TEXT-DIFF", "运转经费支出", ""},
	{"G58", "REASON-REUSE", "单位人员调动", ""}, {"G59", "NOT-EVALUATED", "", ""},
}

func seedText(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(datatest.Seed(t, "linxia-2024-final-accounts.txt"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The audit of the published disclosure gives the golden findings and no other: so none of the checks that pass is
// reported, and nothing that rounding explains is above a note.
func TestThePublishedDisclosureGivesTheGoldenFindings(t *testing.T) {
	text := seedText(t)
	severities := map[string]string{}
	var facts struct {
		Golden []struct{ ID, Severity string } `json:"golden_findings"`
	}
	b, err := os.ReadFile(datatest.Seed(t, "figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &facts); err != nil {
		t.Fatal(err)
	}
	for _, g := range facts.Golden {
		severities[g.ID] = g.Severity
	}
	r := newBench(t).audit(t, text, "seed.txt")
	taken := make([]bool, len(r.Findings))
	for _, g := range golden {
		found := slices.IndexFunc(r.Findings, func(f check.Finding) bool {
			return f.Rule == g.rule && strings.Contains(f.Stated, g.stated) && strings.Contains(f.Computed, g.computed) && string(f.Severity) == severities[g.id] && !taken[slices.IndexFunc(r.Findings, func(x check.Finding) bool { return x.Message == f.Message })]
		})
		if found < 0 {
			t.Errorf("%s: no finding %s %q → %q of severity %s", g.id, g.rule, g.stated, g.computed, severities[g.id])
			continue
		}
		taken[found] = true
	}
	for i, f := range r.Findings {
		if !taken[i] {
			t.Errorf("found besides: %s %s %s", f.Severity, f.Rule, f.Message)
		}
		if f.Outcome == check.Rounding && f.Severity != check.Info {
			t.Errorf("rounding above a note: %s", f.Message)
		}
		if len(f.Places) == 0 || f.Places[0].At == "" {
			t.Errorf("no place: %s %s", f.Rule, f.Message)
		}
	}
	if s := r.Summary; s.Errors != 13 || s.Warnings != 20 || s.Infos != 26 {
		t.Errorf("errors %d, warnings %d, notes %d", s.Errors, s.Warnings, s.Infos)
	}
}

// changed replaces one place of the published text, which must be there.
func changed(t *testing.T, text, old, now string) string {
	t.Helper()
	if !strings.Contains(text, old) {
		t.Fatalf("%q is not in the text", old)
	}
	return strings.Replace(text, old, now, 1)
}

// findings lists what a rule found.
func findings(r *check.Report, rule string) []check.Finding {
	var out []check.Finding
	for _, f := range r.Findings {
		if f.Rule == rule {
			out = append(out, f)
		}
	}
	return out
}

// One change in the published text, and what must come of it.
func TestChangesOfThePublishedDisclosure(t *testing.T) {
	text := seedText(t)
	b := newBench(t)
	for _, c := range []struct {
		name, old, now, rule string
		severity             check.Severity
		stated, computed     string
	}{
		{"39.99 to 39.59", "商品和服务支出 39.99", "商品和服务支出 39.59", "PARENT-SUM", check.Error, "39.59", "40.00"},
		{"budget of nothing", "年初预算数为 192.95 万元", "年初预算数为 0.00 万元", "ZERO-BASE", check.Error, "99.56%", ""},
		{"direction", "99.56%,决算数小于预算数", "99.56%,决算数大于预算数", "DIRECTION", check.Error, "大于", "小于"},
		{"year before nothing", "较上年决算数增加 35.12 万元，增\n\n长 511.31%", "较上年决算数增加 41.99 万元，增\n\n长 100%", "ZERO-BASE", check.Warn, "100%", "上年为0"},
		{"placeholder", "合计 7.20 万元", "合计 XX 万元", "PLACEHOLDER", check.Error, "XX", ""},
		{"share", "占 86.64%", "占 68.64%", "SHARE", check.Error, "68.64", "86.64"},
		{"purchases", "货物支出 4.76 万元", "货物支出 4.67 万元", "PROC-SUM", check.Error, "7.20", "7.11"},
		{"cell", "2080505 机关事业单位基本养老保险缴费支出 19.45 19.45", "2080505 机关事业单位基本养老保险缴费支出 19.54 19.54", "PARENT-SUM", check.Error, "19.45", "19.54"},
		{"text", "公用经费 41.99 万元,较上年", "公用经费 49.19 万元,较上年", "TEXT-TABLE", check.Error, "49.19", "41.99"},
		{"denominator put right", "占一般公共预算项目支出总额的 0.89%", "占一般公共预算项目支出总额的 100.00%", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := b.audit(t, changed(t, text, c.old, c.now), "seed.txt")
			if c.rule == "" {
				if n := len(findings(r, "PERF-DENOM")); n != 0 || r.Summary.Errors != 12 {
					t.Errorf("%d findings, %d errors", n, r.Summary.Errors)
				}
				return
			}
			for _, f := range findings(r, c.rule) {
				if f.Severity == c.severity && strings.Contains(f.Stated, c.stated) && strings.Contains(f.Computed, c.computed) {
					return
				}
			}
			t.Errorf("no %s %s: %+v", c.severity, c.rule, findings(r, c.rule))
		})
	}
}

// The envelope of a sum is half a unit of every figure in it.
func TestTheEnvelopeIsShown(t *testing.T) {
	r := newBench(t).audit(t, changed(t, seedText(t), "商品和服务支出 39.99", "商品和服务支出 39.59"), "seed.txt")
	for _, f := range findings(r, "PARENT-SUM") {
		if f.Stated == "39.59" && (f.Envelope != "0.050" || f.Diff != "-0.41" || f.Outcome != check.Fail) {
			t.Errorf("envelope %s, difference %s, %s", f.Envelope, f.Diff, f.Outcome)
		}
	}
}

// A table taken out is missing, and what would need it is not evaluated; nothing else changes.
func TestATableTakenOut(t *testing.T) {
	text := seedText(t)
	from, to := strings.Index(text, "三、支出决算表"), strings.Index(text, "四、财政拨款收入支出决算总表")
	r := newBench(t).audit(t, text[:from]+text[to:], "seed.txt")
	missing := findings(r, "COMP-TABLES")
	if len(missing) != 1 || missing[0].Severity != check.Error || !strings.Contains(missing[0].Message, "03表") {
		t.Errorf("COMP-TABLES: %+v", missing)
	}
	count := 0
	for _, n := range r.NotEvaluated {
		if n.Reason == "缺03表" {
			count++
		}
	}
	if count < 4 {
		t.Errorf("only %d rules were not evaluated for want of 03表: %+v", count, r.NotEvaluated)
	}
	for _, f := range r.Findings {
		if f.Severity == check.Error && strings.Contains(f.Message, "03表") && f.Rule != "COMP-TABLES" {
			t.Errorf("an error on a table that is not there: %s", f.Message)
		}
	}
}

// Without dates the limit is not evaluated; with them it is.
func TestTheLimitOfTwentyDays(t *testing.T) {
	text := seedText(t)
	b := newBench(t)
	if r := b.audit(t, text, "seed.txt"); !slices.ContainsFunc(r.NotEvaluated, func(n check.Unevaluated) bool { return n.Rule == "TIME-20" }) {
		t.Error("TIME-20 was evaluated without dates")
	}
	dated := text + "\n公开日期：2025年9月30日\n本部门决算于2025年9月1日经市财政局批复。\n"
	if f := findings(b.audit(t, dated, "seed.txt"), "TIME-20"); len(f) != 1 || f[0].Computed != "2025-09-21" {
		t.Errorf("29 days: %+v", f)
	}
	if f := findings(b.audit(t, strings.Replace(dated, "9月30日", "9月21日", 1), "seed.txt"), "TIME-20"); len(f) != 0 {
		t.Errorf("20 days: %+v", f)
	}
}

// A budget is recognised, and no rule on accounts fires.
func TestABudgetIsNotAudited(t *testing.T) {
	text := strings.ReplaceAll(seedText(t), "决算", "预算")
	r := newBench(t).audit(t, text, "budget.txt")
	if r.Document.Kind != "预算" || len(r.Findings) != 0 || len(r.NotEvaluated) == 0 {
		t.Errorf("kind %s, %d findings, %+v", r.Document.Kind, len(r.Findings), r.NotEvaluated)
	}
}

// A department of an administrative unit and a public institution states the running costs of the former only.
func TestRunningCostsOfADepartmentWithTwoUnits(t *testing.T) {
	text := seedText(t)
	b := newBench(t)
	two := changed(t, text, "二、机构设置\n", "二、机构设置\n\n1 临夏市某局机关 行政单位\n\n2 临夏市某服务所 事业单位\n")
	two = changed(t, two, "机关运行经费支出 41.99 万元", "机关运行经费支出 21.99 万元")
	r := b.audit(t, two, "seed.txt")
	for _, rule := range []string{"MECH-SCOPE", "MECH-EQ"} {
		if f := findings(r, rule); len(f) != 0 {
			t.Errorf("%s: %+v", rule, f)
		}
	}
	own := changed(t, text, "单位内设 4 个股室", "本单位为公益一类事业单位，内设 4 个股室")
	if f := findings(b.audit(t, own, "seed.txt"), "MECH-SCOPE"); len(f) != 1 || f[0].Severity != check.Warn {
		t.Errorf("a public institution: %+v", f)
	}
}

// A waiver needs a person and a reason and falls with the content.
func TestWaivers(t *testing.T) {
	text := seedText(t)
	b := newBench(t)
	r := b.audit(t, text, "seed.txt")
	f := findings(r, "HEADCOUNT")[0]
	w := check.Waiver{Rule: f.Rule, Place: f.Places[0].At, By: "张三", Reason: "口径不同", Hash: r.Document.Hash}
	r.Waive([]check.Waiver{{Rule: w.Rule, Place: w.Place, By: "张三", Hash: w.Hash}})
	if r.Summary.Errors != 13 {
		t.Error("a waiver without a reason holds")
	}
	r.Waive([]check.Waiver{w})
	if r.Summary.Errors != 12 {
		t.Errorf("%d errors after a waiver", r.Summary.Errors)
	}
	again := b.audit(t, text+"\n", "seed.txt")
	again.Waive([]check.Waiver{w})
	if again.Summary.Errors != 13 {
		t.Error("a waiver holds for another content")
	}
}

func BenchmarkSeed(b *testing.B) {
	text := seedText(b)
	m := newBench(b)
	b.ReportAllocs()
	for b.Loop() {
		m.audit(b, text, "seed.txt")
	}
}

package check_test

import (
	"slices"
	"testing"

	"yichuang/internal/finance/check"
)

// catalogue says which rules carry out each check that an audit of a disclosure must make, and with which severities. A
// heuristic check needs a person's judgement and is marked so.
var catalogue = []struct {
	check      string
	rules      []string
	severities []check.Severity
	heuristic  bool // all of its rules are
}{
	{"TIME-20 公开时限", []string{"TIME-20"}, []check.Severity{check.Error}, false},
	{"SECRET 保密审查", []string{"SECRET"}, []check.Severity{check.Error}, false},
	{"COMP-TABLES 应有的表", []string{"COMP-TABLES"}, []check.Severity{check.Error}, false},
	{"COMP-SECTIONS 应有的内容", []string{"COMP-SECTIONS"}, []check.Severity{check.Error}, false},
	{"EMPTY-STMT 空表说明", []string{"EMPTY-STMT"}, []check.Severity{check.Error}, false},
	{"PLACEHOLDER 占位符", []string{"PLACEHOLDER"}, []check.Severity{check.Error}, false},
	{"YEAR 年度", []string{"YEAR"}, []check.Severity{check.Error}, false},
	{"UNIT 金额单位", []string{"UNIT"}, []check.Severity{check.Warn}, false}, // amounts are converted before any comparison
	{"NAME-ORG NAME-PROJ 名称", []string{"NAME-ORG", "NAME-PROJ"}, []check.Severity{check.Warn}, false},
	{"CODE-LEN CODE-DUP CODE-DICT 代码", []string{"CODE-LEN", "CODE-DUP", "CODE-DICT"}, []check.Severity{check.Error, check.Warn}, false},
	{"NAME-TRUNC NAME-CODE 科目名称", []string{"NAME-TRUNC", "NAME-CODE"}, []check.Severity{check.Warn}, false},
	{"ROW-SUM PARENT-SUM TOTAL-SUM BALANCE 表内", []string{"ROW-SUM", "PARENT-SUM", "TOTAL-SUM", "BALANCE"}, []check.Severity{check.Error}, false},
	{"X-TABLE 表间", []string{"X-TABLE"}, []check.Severity{check.Error}, false},
	{"X-SANGONG 三公与06表", []string{"X-SANGONG"}, []check.Severity{check.Error}, false},
	{"TEXT-TABLE 文表", []string{"TEXT-TABLE"}, []check.Severity{check.Error}, false},
	{"SHARE 占比", []string{"SHARE"}, []check.Severity{check.Error}, false},
	{"EXEC-RATE 完成率", []string{"EXEC-RATE"}, []check.Severity{check.Error}, false},
	{"YOY 同比", []string{"YOY"}, []check.Severity{check.Error}, false},
	{"ZERO-BASE 零基数", []string{"ZERO-BASE", "RATIO-ZERO"}, []check.Severity{check.Error, check.Warn, check.Info}, false},
	{"DIRECTION 方向", []string{"DIRECTION"}, []check.Severity{check.Error}, false},
	{"REASON 原因", []string{"REASON", "REASON-MISSING"}, []check.Severity{check.Warn}, false},
	{"REASON-DRIVER 最大增减项", []string{"REASON-DRIVER"}, []check.Severity{check.Warn}, true},
	{"BASIS 预算口径", []string{"BASIS", "X-BUDGET"}, []check.Severity{check.Error, check.Warn}, false},
	{"PERF-DENOM 自评占比分母", []string{"PERF-DENOM"}, []check.Severity{check.Error}, false},
	{"PERF-CROSS 附件与表", []string{"PERF-CROSS", "X-RATE", "PERF-FUND"}, []check.Severity{check.Error}, false},
	{"WEIGHT 权重", []string{"WEIGHT"}, []check.Severity{check.Error, check.Info}, false},
	{"SCORE-* 得分和完成率", []string{"SCORE-REV", "SCORE-GE", "SCORE-EQ", "SCORE-OVER", "SCORE-RULE-CONSIST", "SCORE-ROUND", "RATE-ROUND", "COMP-RATE", "SCORE-COMP-CAP", "SCORE-GRADE", "SCORE-RATIO", "QUAL-SCORE"}, []check.Severity{check.Error, check.Warn, check.Info}, false},
	{"SCORE-SUM 得分合计", []string{"SCORE-SUM"}, []check.Severity{check.Error}, false},
	{"TARGET-BUDGET UNIT-KIND IND-CLASS 指标", []string{"TARGET-BUDGET", "UNIT-KIND", "IND-CLASS"}, []check.Severity{check.Warn}, false},
	{"TEXT-SELF TEXT-SCOPE TEXT-CONTRA TEXT-DIFF 文字", []string{"TEXT-SELF", "TEXT-SCOPE", "TEXT-CONTRA", "TEXT-DIFF", "X-ACTUAL", "REASON-REUSE"}, []check.Severity{check.Error, check.Warn, check.Info}, false},
	{"HEADCOUNT 人数", []string{"HEADCOUNT"}, []check.Severity{check.Error}, false},
	{"ECON-FUNC 功能与经济", []string{"ECON-FUNC"}, []check.Severity{check.Warn}, false},
	{"MECH-SCOPE MECH-EQ 机关运行经费", []string{"MECH-SCOPE", "MECH-EQ", "MECH-SUM"}, []check.Severity{check.Error, check.Warn}, false},
	{"PROC-SUM PROC-SME 政府采购", []string{"PROC-SUM", "PROC-SME"}, []check.Severity{check.Error}, false},
	{"DISCLOSE-COUNT SANGONG-SPLIT 三公细项", []string{"DISCLOSE-COUNT", "SANGONG-SPLIT", "CAR-SUM"}, []check.Severity{check.Error, check.Warn}, false},
	{"LIST-COMPLETE 用途列举", []string{"LIST-COMPLETE"}, []check.Severity{check.Info, check.Warn}, false},
	{"DETAIL-LEVEL 细化", []string{"DETAIL-LEVEL"}, []check.Severity{check.Warn}, true},
	{"PURPOSE 用途", []string{"PURPOSE"}, []check.Severity{check.Warn}, true},
	{"FMT-* DUP-PHRASE TYPO NULL-ZERO HEADING-SEQ NOTE 写法", []string{"FMT-COUNT", "FMT-PUNCT", "FMT-DECIMAL", "FMT-RATE", "FMT-PERCENT", "DUP-PHRASE", "TYPO", "NULL-ZERO", "HEADING-SEQ", "NOTE-MISSING", "GRADE-TERM"}, []check.Severity{check.Info, check.Warn}, false},
	{"PLAUS-* 合理性", []string{"PLAUS-ZERO", "PLAUS-JUMP"}, []check.Severity{check.Info}, true},
	{"OUTCOME 未能判断", []string{"NOT-EVALUATED"}, []check.Severity{check.Info}, false},
}

// Every check of the catalogue has its rules, every rule belongs to a check, and severities and marks are as stated.
func TestTheCatalogueIsCarriedOut(t *testing.T) {
	rules, err := check.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	by := map[string][]check.Definition{}
	for _, d := range rules.Definitions() {
		by[d.ID] = append(by[d.ID], d)
	}
	listed := map[string]bool{}
	for _, c := range catalogue {
		for _, id := range c.rules {
			listed[id] = true
			if len(by[id]) == 0 {
				t.Errorf("%s: no rule %s", c.check, id)
			}
			for _, d := range by[id] {
				if !slices.Contains(c.severities, d.Severity) {
					t.Errorf("%s: %s（%s）is %s", c.check, id, d.Title, d.Severity)
				}
				if c.heuristic && !d.Heuristic {
					t.Errorf("%s: %s（%s）is not marked as heuristic", c.check, id, d.Title)
				}
			}
		}
	}
	for id := range by {
		if rules.Name(id) == id {
			t.Errorf("rule %s has no name for people", id)
		}
		if !listed[id] {
			t.Errorf("rule %s belongs to no check of the catalogue", id)
		}
	}
	if rules.Len() < 162 {
		t.Errorf("only %d rules", rules.Len())
	}
}

// A purpose, a jump, a rate without its sign, a year cut short, and so on: each on the published document or a random one.
func TestSearchesFindWhatTheyAreFor(t *testing.T) {
	b := newBench(t)
	text := seedText(t)
	for _, c := range []struct{ name, old, now, rule string }{
		{"no sign of percent", "完成年初预算的 99.56%,", "完成年初预算的 99.56,", "FMT-PERCENT"},
		{"both directions", "99.56%,决算数小于预算数", "99.56%,决算数大小于预算数", "PLACEHOLDER"},
	} {
		if r := b.audit(t, changed(t, text, c.old, c.now), c.name); len(findings(r, c.rule)) == 0 {
			t.Errorf("%s: no %s", c.name, c.rule)
		}
	}
	narrative := "2024年度某县林业局部门决算\n第二部分 2024年度部门决算表\n收入支出决算总表\n单位：万元\n项目 决算数 项目 决算数\n一、一般公共预算财政拨款收入 1.00 一、一般公共服务支出 1.00\n本年收入合计 1.00 本年支出合计 1.00\n总计 1.00 总计 1.00\n支出决算表\n单位：万元\n合计 1.00 1.00\n" +
		"第三部分 2024年度部门决算情况说明\n五、一般公共预算财政拨款支出决算情况说明\n1.住房保障支出（类）住房改革支出（款）住房公积金（项），主要用于开展森林防火宣传。年初预算为1.00万元，支出决算为1.00万元。\n2.社会保障和就业支出（类）行政事业单位养老支出（款）行政单位离退休（项）。主要用于：发放退休人员补贴。年初预算为1.00万元，支出决算为1.00万元。\n" +
		"七、财政拨款“三公”经费支出决算情况说明\n公务接待费支出决算减少为0.00万元，与2023年持平。接待外宾0批次、0人次。\n"
	r := b.audit(t, narrative, "narrative")
	for rule, n := range map[string]int{"PURPOSE": 1, "DIRECTION": 1, "DISCLOSE-COUNT": 1} {
		if got := len(findings(r, rule)); got != n {
			t.Errorf("%s: %d findings, %d expected", rule, got, n)
		}
	}
	cut := changed(t, narrative, "第三部分 2024年度", "第三部分 202年度")
	if f := findings(b.audit(t, cut, "cut"), "YEAR"); len(f) != 1 || f[0].Stated != "202" {
		t.Errorf("%+v", f)
	}
}

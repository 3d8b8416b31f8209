package narrative_test

import (
	"regexp"
	"strings"
	"testing"

	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
	"yichuang/internal/money"
)

func yuan(n int64) money.Fen { return money.Fen(n) * money.Yuan }

// published is the input that the reconstructed ledger of 2024 gives.
func published(t *testing.T) narrative.Input {
	t.Helper()
	list, err := fiscal.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	codes := fiscal.NewDictionary(2024, 2024, list)
	tpl, err := statement.FindTemplate(statement.DefaultTemplate)
	if err != nil {
		t.Fatal(err)
	}
	s := statement.Compute(tpl, statement.Ledger{Year: 2024, Department: "临夏市政务中心", Codes: codes, Postings: financetest.Postings()})
	total, personnel, public, project := financetest.Prior()
	prior := map[narrative.Metric]money.Fen{}
	for _, m := range narrative.Metrics() {
		prior[m] = 0
	}
	for m, n := range map[narrative.Metric]int64{narrative.Total: total, narrative.Appropriated: total, narrative.General: total, narrative.Personnel: personnel, narrative.Public: public,
		narrative.Projects: project, narrative.Mechanism: public} {
		prior[m] = yuan(n)
	}
	goods, works, services, sme := financetest.Procurement()
	in := narrative.Input{Year: 2024, Statement: s, Codes: codes, Prior: prior, HasMechanism: true, Digits: 3, Reasons: map[string]string{},
		Procurement: narrative.Procurement{Goods: yuan(goods), Works: yuan(works), Services: yuan(services), SME: yuan(sme), Micro: yuan(sme)},
		Projects:    []narrative.ProjectSum{{Name: "政务大厅规范化管理经费", Fund: fiscal.General, Full: yuan(10000), Spent: yuan(9800)}, {Name: "引进人才租房补贴", Fund: fiscal.General, Full: yuan(10000), Spent: yuan(10000)}}}
	for code, n := range financetest.Initial() {
		in.Budgets = append(in.Budgets, narrative.BudgetSum{Fund: fiscal.General, Func: code, Kind: fiscal.Basic, Initial: yuan(n), Full: yuan(n)})
	}
	for _, l := range financetest.Lines() {
		if c := fiscal.Class(l.Econ); c == "302" || c == "310" {
			in.Mechanism = append(in.Mechanism, narrative.Item{Code: l.Econ, Fen: yuan(l.Yuan)})
		}
	}
	return in
}

func write(t *testing.T, in narrative.Input) *narrative.Document {
	t.Helper()
	texts, err := narrative.Standard()
	if err != nil {
		t.Fatal(err)
	}
	d, err := narrative.Write(texts, in)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func has(t *testing.T, d *narrative.Document, section string, want ...string) {
	t.Helper()
	text := d.Section(section).Text()
	for _, x := range want {
		if !strings.Contains(text, x) {
			t.Errorf("section %s lacks %q:\n%s", section, x, text)
		}
	}
}

// TestScenario3 is the sentences against last year: 198.949, 147.049 and 6.8688 万元.
func TestScenario3(t *testing.T) {
	d := write(t, published(t))
	has(t, d, "1", "2024年度收、支总计均为221.73万元", "收、支总计各增加22.78万元，增长11.45%")
	has(t, d, "4", "财政拨款收、支总计均为221.73万元", "增加22.78万元，增长11.45%")
	has(t, d, "6", "基本支出219.75万元", "人员经费177.76万元，较上年决算数增加30.71万元，增长20.88%", "公用经费41.99万元，较上年决算数增加35.12万元，增长511.31%")
	has(t, d, "10", "机关运行经费支出41.99万元，较上年决算数增加35.12万元，增长511.31%", "办公费12.22万元、印刷费2.50万元、咨询费0.25万元", "办公设备购置2.00万元")
}

// TestScenario4 is the sentences against the budget.
func TestScenario4(t *testing.T) {
	d := write(t, published(t))
	has(t, d, "5", "年初预算为222.60万元，支出决算为221.73万元，完成年初预算的99.61%", "1.一般公共服务支出年初预算为192.95万元，支出决算为192.11万元，完成年初预算的99.56%",
		"2.社会保障和就业支出年初预算为19.46万元，支出决算为19.45万元，完成年初预算的99.93%", "3.卫生健康支出年初预算为10.19万元，支出决算为10.17万元，完成年初预算的99.85%",
		"一般公共服务支出192.11万元，占86.64%；社会保障和就业支出19.45万元，占8.77%；卫生健康支出10.17万元，占4.59%。", "决算数小于预算数的主要原因是")
}

// TestScenario2 is the wording where there is nothing: no percentage of nothing, and each of the four items by itself.
func TestScenario2(t *testing.T) {
	d := write(t, published(t))
	has(t, d, "7", "2024年度无政府性基金收入，也没有使用政府性基金安排的支出。")
	has(t, d, "8", "没有使用国有资本经营预算安排的支出。")
	has(t, d, "9", "无“三公”经费预算安排，也没有“三公”经费支出。", "因公出国（境）费用全年预算数为0.00万元，支出决算为0.00万元，决算数与预算数持平；与上年度持平。", "公务用车购置费全年", "公务用车运行维护费全年",
		"0批次0人，其中：外事接待0批次，0人")
	has(t, d, "11", "合计7.20万元，其中：政府采购货物支出4.76万元、政府采购工程支出0.00万元、政府采购服务支出2.44万元", "中小企业合同金额2.76万元，占政府采购支出总额的38.35%")
	has(t, d, "13", "尾数差额")
	all := d.Performance.Text()
	for _, s := range d.Sections {
		all += s.Text()
	}
	if regexp.MustCompile(`(^|[^0-9.])0(\.00)?%`).MatchString(all) {
		t.Error("a percentage of nothing is printed")
	}
	if !strings.Contains(all, "一级项目2个，涉及资金1.98万元，占一般公共预算项目支出总额的100.00%") || !strings.Contains(all, "无政府性基金预算项目") {
		t.Errorf("part four: %s", d.Performance.Text())
	}
}

// TestReasonsAreAskedFor: each difference asks, none without one; the largest component is proposed, and a reason that
// names another is warned of.
func TestReasonsAreAskedFor(t *testing.T) {
	in := published(t)
	d := write(t, in)
	keys := map[string]narrative.Ask{}
	for _, a := range d.Asks {
		keys[a.Key] = a
	}
	for _, k := range []string{"yoy.total", "yoy.appropriated", "yoy.general", "yoy.personnel", "yoy.public", "yoy.mechanism", "budget.general.201", "budget.general.208", "budget.general.210"} {
		if _, ok := keys[k]; !ok {
			t.Errorf("no reason is asked for %s", k)
		}
	}
	if len(keys) != 9 || d.Missing() != 9 {
		t.Errorf("%d asks, %d missing", len(keys), d.Missing())
	}
	if got := keys["yoy.total"].Driver; got != "公用经费增加 35.12 万元" {
		t.Errorf("driver %q", got)
	}
	in.Reasons = map[string]string{"yoy.total": "人员经费增加。", "yoy.public": "公用经费标准提高"}
	d = write(t, in)
	for _, a := range d.Asks {
		switch a.Key {
		case "yoy.total", "yoy.appropriated":
			if a.Reason != "人员经费增加" || !strings.Contains(a.Warning, "公用经费增加 35.12 万元") {
				t.Errorf("%s: %q, %q", a.Key, a.Reason, a.Warning)
			}
		case "yoy.mechanism":
			if a.Reason != "公用经费标准提高" {
				t.Errorf("the same money has another reason: %q", a.Reason)
			}
		}
	}
	if d.Missing() != 4 {
		t.Errorf("%d missing", d.Missing())
	}
	has(t, d, "1", "主要原因是人员经费增加。")
}

// TestNoFigureIsTyped: every digit of the text but the year belongs to a figure, and a figure that names a cell is that cell.
func TestNoFigureIsTyped(t *testing.T) {
	in := published(t)
	d := write(t, in)
	allowed := regexp.MustCompile(`2024|12月31日|单价100万元|^\s*[1-9]\.|（[12]）|(^|其中：)[123]\.`)
	figures := 0
	for _, s := range append(d.Sections, d.Performance) {
		for _, p := range s.Paragraphs {
			for _, x := range p.Spans {
				if x.Figure == nil {
					if rest := allowed.ReplaceAllString(x.Text, ""); regexp.MustCompile(`[0-9]`).MatchString(rest) {
						t.Errorf("section %s has figures in %q", s.ID, x.Text)
					}
					continue
				}
				figures++
				if x.Figure.Rule == "" {
					t.Errorf("section %s: %q does not say where it is from", s.ID, x.Text)
				}
				if r := x.Figure.Ref; r != "" && in.Statement.Cell(r).Fen.WanYuan() != x.Text {
					t.Errorf("%s is %q in the text", r, x.Text)
				}
			}
		}
	}
	if figures < 90 {
		t.Errorf("only %d figures", figures)
	}
}

func TestZeroBasesAndInstitutions(t *testing.T) {
	in := published(t)
	in.Prior[narrative.Public] = 0
	in.HasMechanism = false
	delete(in.Prior, narrative.Personnel)
	in.Budgets = in.Budgets[:0]
	in.Budgets = append(in.Budgets, narrative.BudgetSum{Fund: fiscal.General, Func: "2010399", Kind: fiscal.Basic, Full: yuan(2_000_000)}, narrative.BudgetSum{Fund: fiscal.General, Func: "2080505", Kind: fiscal.Basic, Initial: yuan(194480)})
	in.Reasons["budget.general.201"] = "年中追加"
	d := write(t, in)
	has(t, d, "5", "年初预算为0.00万元，支出决算为192.11万元，完成全年预算的96.05%，主要原因是年中追加", "决算数与预算数持平")
	has(t, d, "6", "增加41.99万元，上年为0，无同比", "上年数没有填报")
	has(t, d, "10", "无机关运行经费支出")
	if len(d.Gaps) != 1 || !strings.Contains(d.Gaps[0], "人员经费") {
		t.Errorf("gaps %v", d.Gaps)
	}
	if strings.Contains(d.Section("10").Text(), "41.99") {
		t.Error("an institution states 机关运行经费")
	}
}

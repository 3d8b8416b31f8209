package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"yichuang/internal/finance"
	"yichuang/internal/finance/financetest"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/money"
)

// accountsYear has no book yet; the demonstration keeps the year before.
const accountsYear = 2025

// yearbook is what one step of the walk leaves to the next.
type yearbook struct{ *house }

// TestAccountsJourney walks the final accounts of a year through the pages: the budget and the ledger from files, tables,
// reasons, closing, review, approval, secrecy, publication, and a correction beside what was published.
func TestAccountsJourney(t *testing.T) {
	browser(t)
	y := &yearbook{openHouse(t)}
	for _, step := range []struct {
		name string
		walk func(*yearbook, *testing.T)
	}{
		{"open the book", (*yearbook).open},
		{"import the budget and the ledger", (*yearbook).imports},
		{"tables and the way back to an entry", (*yearbook).tables},
		{"reasons and texts", (*yearbook).reasons},
		{"close and submit", (*yearbook).submit},
		{"sign, approve, clear, publish", (*yearbook).publish},
		{"correct", (*yearbook).correct},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.walk(y, t) }) {
			t.Fatal("the accounts cannot go on")
		}
		y.clock.Advance(time.Minute)
	}
}

func at(rest string) string { return fmt.Sprintf("/finance/%d%s", accountsYear, rest) }

func (y *yearbook) open(t *testing.T) {
	p := y.staff(t, "panyun")
	p.opens("/finance")
	p.sees("2024 年", "公开期限")
	p.fills("年度", fmt.Sprint(accountsYear))
	p.fills("部门名称", "临夏市政务中心")
	p.clicksIn("#open", "建立账套")
	p.at(at(""))
	p.sees("账簿还是空的")
}

// files are the exports of a budget system: the lines of financetest, and a quota for each.
func files(t *testing.T) (budget, ledger string) {
	t.Helper()
	var b, l strings.Builder
	b.WriteString("阶段,资金性质,功能分类,支出类型,项目,金额\n")
	l.WriteString("凭证号,日期,功能分类,经济分类,项目,金额,摘要\n")
	quota := map[string]int64{}
	for i, x := range financetest.Lines() {
		project := ""
		if x.Kind == fiscal.Project {
			project = x.Project + " 项目" + x.Project
		}
		fmt.Fprintf(&l, "记-%d,%d-12-%02d,%s,%s,%s,%d,全年\n", i+1, accountsYear, i+1, x.Func, x.Econ, project, x.Yuan)
		quota[x.Func+","+x.Kind.Label()+","+project] += x.Yuan
	}
	for key, yuan := range quota {
		fmt.Fprintf(&b, "年初预算,一般公共预算,%s,%d\n", key, yuan)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"指标.csv": b.String(), "支付.csv": l.String(), "工单.csv": "工单编号,标题\n1,路灯不亮\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "指标.csv"), filepath.Join(dir, "支付.csv")
}

func (p *person) uploads(kind, file string) {
	p.t.Helper()
	p.opens(at("/imports"))
	p.clicksIn("#receive", kind)
	p.do(chromedp.SetUploadFiles("#receive input[type=file]", []string{file}))
	p.clicksIn("#receive", "预览")
}

func (y *yearbook) imports(t *testing.T) {
	budget, ledger := files(t)
	p := y.staff(t, "panyun")
	p.uploads("分录", filepath.Join(filepath.Dir(budget), "工单.csv"))
	p.sees("表头里没有认出", "工单编号")
	p.uploads("预算指标", budget)
	p.sees("按类汇总", "对账并登记")
	p.clicksIn("#apply", "登记")
	p.sees("已登记 7 行")
	p.uploads("分录", ledger)
	p.fills("支出控制数", "1")
	p.clicksIn("#apply", "登记")
	p.sees("相差")
	p.fills("支出控制数", "2217290")
	p.clicksIn("#apply", "登记")
	p.sees("已登记 21 行", "全部用完")
}

func (y *yearbook) tables(t *testing.T) {
	p := y.staff(t, "panyun")
	p.opens(at("/tables/T05"))
	p.sees("公开05表", "221.73", "2010399")
	p.press("the amount of 公务员医疗补助", `((a) => { a.scrollIntoView({ block: "center", behavior: "instant" }); const b = a.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; })(document.querySelector('[id="T05/2101103/2"] a'))`)
	p.sees("18,230.00 元", "表上印 1.82 万元", "背后的分录")
	p.clicks("记-18")
	p.sees("30110 职工基本医疗保险缴费")
}

func (y *yearbook) reasons(t *testing.T) {
	p := y.staff(t, "panyun")
	p.opens(at("/figures"))
	p.clicks("从 2024 年账套取数")
	p.clicks("确定从 2024 年账套取数")
	p.sees("上年数和年初结转已从上一年的账套取来")
	ctx := y.as(t, "panyun")
	d, err := y.app.Finance.Disclosure(ctx, accountsYear)
	if err != nil {
		t.Fatal(err)
	}
	p.opens(at("/text"))
	p.fills("一、部门职责", "负责政务服务大厅的日常管理。")
	p.clicksIn("#duties", "保存")
	p.sees("已保存")
	p.fills("二、机构设置", "内设四个股室。")
	p.clicksIn("#structure", "保存")
	p.sees("已保存")
	for _, a := range d.Narrative.Asks {
		form := `[id="reason-` + a.Key + `"]`
		p.press("the reason of "+a.Key, fmt.Sprintf(`((i) => { i.scrollIntoView({ block: "center", behavior: "instant" }); const b = i.getBoundingClientRect(); return [b.left + 20, b.top + b.height / 2]; })(document.querySelector(%q))`, form+" input[name=reason]"))
		p.writes("人员、公用和项目经费按标准安排")
		p.clicksIn(form, "保存原因")
		p.sees("原因已保存")
	}
	p.seesNot("［待填写］")
}

func (y *yearbook) submit(t *testing.T) {
	p := y.staff(t, "panyun")
	p.opens(at("/settings"))
	for month := 1; month <= 12; month++ {
		label := fmt.Sprintf("结 %d 月", month)
		p.clicks(label)
		p.clicks("确定" + label)
		p.sees(fmt.Sprintf("结到 %d 月", month))
		y.clock.Advance(time.Second)
	}
	p.opens(at(""))
	p.seesNot("送审前还要做")
	p.clicks("送审")
	p.clicks("确定送审")
	p.sees("已办理，决算现在审核中")
}

// takes clicks a button that asks again.
func (p *person) takes(label string) {
	p.t.Helper()
	p.opens(at(""))
	p.clicks(label)
	p.clicks("确定" + label)
	p.sees("已办理")
}

func (y *yearbook) publish(t *testing.T) {
	leader, desk, office := y.staff(t, "mazhiyuan"), y.staff(t, "panyun"), y.staff(t, "gaofang")
	leader.takes("审核签章")
	desk.opens(at(""))
	desk.sets("批复日期", y.clock.Now().Date().String())
	desk.fills("批复文号", "临财决〔2026〕1号")
	desk.fills("批复单位", "临夏市财政局")
	desk.clicks("登记批复")
	desk.sees("公开部门决算还有 20 日", "还要办理保密审查和公开")
	office.opens(at(""))
	office.clicks("可以公开")
	office.fills("审查意见", "不涉及国家秘密")
	office.clicks("提交保密审查意见")
	office.sees("待公开")
	leader.takes("公开")
	leader.sees("已公开", "校验值", "按期")
	leader.opens(at("/publication"))
	leader.sees("版式文档（PDF）", "第 1 版，已公开")
}

func (y *yearbook) correct(t *testing.T) {
	desk := y.staff(t, "panyun")
	desk.opens(at(""))
	desk.clicks("更正")
	desk.fills("更正的原因", "部门职责的表述有误")
	desk.clicks("确定更正")
	desk.sees("第 2 版", "部门职责的表述有误")
	desk.opens(at("/text"))
	desk.fills("一、部门职责", "负责政务服务大厅和热线平台的日常管理。")
	desk.clicksIn("#duties", "保存")
	desk.sees("已保存")
	desk.takes("送审")
	v, err := y.app.Finance.Revision(y.as(t, "panyun"), accountsYear, 2)
	if err != nil || len(v.Changes) != 0 || len(v.Sections) != 1 || v.Before.State != finance.Published {
		t.Errorf("%+v, %v", v, err)
	}
	desk.opens(at("/revisions/2"))
	desk.sees("更正原因：部门职责的表述有误", "表上的数没有变化", "部门概况")
	desk.clicksIn(".panel", "第 1 版")
	desk.at(at("/revisions/1"))
	desk.clicks("决算表")
	desk.sees("封存的内容", "221.73")
}

// accountsShots are the pictures of chapter 18. The year of the demonstration is published and corrected for them.
func (h *house) accountsShots(t *testing.T) []shot {
	t.Helper()
	h.published(t)
	at := "/finance/2024"
	return []shot{
		{"accounts-table", "panyun", at + "/tables/T05", 760, nil},
		{"accounts-cell", "panyun", at + "/cells/T05/2101103/2", 560, nil},
		{"accounts-text", "panyun", at + "/text", 900, func(p *person) {
			p.waits("section five", `document.querySelector("#section-5").scrollIntoView({ block: "start", behavior: "instant" }) ?? true`)
		}},
		{"accounts-year", "mazhiyuan", at, 900, nil},
		{"accounts-revision", "panyun", at + "/revisions/2", 900, nil},
		{"accounts-templates", "panyun", "/finance/templates", 900, nil},
	}
}

// published takes the year of the demonstration through its life, corrects an entry, and leaves the correction approved
// and not yet published.
func (h *house) published(t *testing.T) {
	t.Helper()
	m, desk, leader, office := h.app.Finance, h.as(t, "panyun"), h.as(t, "mazhiyuan"), h.as(t, "gaofang")
	today := h.clock.Now().Date()
	var a finance.Account
	steps := []func(v int64) (finance.Account, error){
		func(v int64) (finance.Account, error) { return m.Submit(desk, 2024, v) },
		func(v int64) (finance.Account, error) { return m.Sign(leader, 2024, v, "") },
		func(v int64) (finance.Account, error) {
			return m.Approve(desk, 2024, v, finance.Approval{On: today - 12, Number: "临财决〔2026〕1号", By: "临夏市财政局"})
		},
		func(v int64) (finance.Account, error) { return m.Clear(office, 2024, v, true, "不涉及国家秘密") },
		func(v int64) (finance.Account, error) { return m.Publish(leader, 2024, v) },
	}
	run := func(list []func(v int64) (finance.Account, error)) {
		for _, step := range list {
			v, err := m.Account(desk, 2024)
			if err == nil {
				h.clock.Advance(time.Minute)
				a, err = step(v.Current.Version)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	run(steps)
	if _, err := m.Correct(desk, 2024, a.Version, "补登漏记的退款，公务员医疗补助和收支总计随之更正"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.ReopenMonth(leader, 2024, 12, "更正"); err != nil {
		t.Fatal(err)
	}
	h.clock.Advance(time.Minute)
	entries, _, err := m.Entries(desk, 2024, finance.EntryFilter{Voucher: "记-018"})
	if err != nil || len(entries) != 1 {
		t.Fatal(entries, err)
	}
	instead := entries[0]
	instead.Fen -= 120 * money.Yuan
	if err := m.CorrectEntry(desk, 2024, entries[0].ID, finance.Correction{Day: entries[0].Day, Voucher: "更-001", Reason: "退回多缴的医疗补助", Instead: &instead}); err != nil {
		t.Fatal(err)
	}
	if _, err := m.CloseMonth(desk, 2024, 12); err != nil {
		t.Fatal(err)
	}
	d, err := m.Disclosure(desk, 2024)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range d.Narrative.Asks {
		if x.Reason == "" {
			if err := m.SetReason(desk, 2024, x.Key, "人员调出，缴费基数减少"); err != nil {
				t.Fatal(err)
			}
		}
	}
	run(steps[:3])
}

package e2e

import (
	"testing"

	"yichuang/internal/performance/score"
)

// performanceShots are the pictures of the chapter on budget performance.
func (h *house) performanceShots(t *testing.T) []shot {
	t.Helper()
	year := h.clock.Now().Date().Year()
	find := func(year int, kind score.Kind) string {
		list, err := h.app.Performance.Programmes(h.as(t, "panyun"), year)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range list {
			if p.Kind == kind {
				return "/performance/programmes/" + p.ID
			}
		}
		t.Fatalf("%d has no %s", year, kind)
		return ""
	}
	return []shot{
		{"performance-year", "mazhiyuan", "/performance/years/2024", 900, nil},
		{"performance-evaluation", "sunli", find(2024, score.Whole), 1100, nil},
		{"performance-watch", "panyun", find(year, score.Project) + "/watch", 1000, nil},
	}
}

// TestPerformanceJourney walks the evaluation of the running year's project through the pages: the office reports what no
// record counts, the section changes a share within its band, finance reviews, the leader locks, and everybody can get the
// forms.
func TestPerformanceJourney(t *testing.T) {
	browser(t)
	h := openHouse(t)
	office := h.staff(t, "gaofang")
	office.opens("/performance")
	office.sees("预算绩效", "政务大厅规范化管理经费", "执行中")
	office.clicks("政务大厅规范化管理经费")
	office.sees("现在试算的得分", "提交自评前还要做", "没有指标值或实际完成值")
	page := read[string](office, "location.pathname")
	office.clicks("填报自评")
	office.at(page + "/fill")
	office.sees("现在的值", "部门账簿·支出总额", "自评报告的文字")
	office.fills("实际完成情况", "大厅正常运转，设备按时维修。")
	office.fills("资金未完成原因", "维修合同年底结算")
	read[int64](office, `(() => {
  for (const i of document.querySelectorAll('[name^="actual."]')) i.value = i.closest(".row, .field-row, fieldset, div").parentElement.innerText.includes("%") ? "99" : "30";
  for (const s of document.querySelectorAll('[name^="band."]')) s.value = "达成";
  for (const r of document.querySelectorAll('[name^="reason."]')) r.value = "按实际需要办理";
  return document.querySelectorAll('[name^="band."]').length;
})()`)
	office.clicksIn("#fill", "保存")
	office.sees("填报已保存", "自报")
	office.clicks("提交自评")
	office.clicks("确定提交自评")
	office.sees("自评已提交，数据已封存")
	office.seesNot("退回修改")

	section := h.staff(t, "sunli")
	section.opens(page)
	section.chooses("指标", "政务大厅导服人员工资发放及时性（达成）")
	section.fills("给分比例", "70")
	section.fills("理由", "发放没有按月")
	section.clicksIn("#override", "调整")
	section.sees("范围内给分")
	section.fills("给分比例", "80")
	section.fills("理由", "发放没有按月")
	section.clicksIn("#override", "调整")
	section.sees("得分已在档内调整", "档内给 80%")
	section.clicks("股室审核通过")
	section.clicks("确定股室审核通过")
	section.sees("等待财务审核")

	money := h.staff(t, "panyun")
	money.opens(page)
	money.clicks("财务审核通过")
	money.clicks("确定财务审核通过")
	money.sees("等待中心领导审定")

	leader := h.staff(t, "mazhiyuan")
	leader.opens(page)
	leader.clicks("审定锁定")
	leader.clicks("确定审定锁定")
	leader.sees("评价已审定锁定", "校验值")
	leader.clicks("表格和报告")
	leader.sees("已锁定", "版式文档（PDF）", "自评表（XLSX）")
	leader.opens(page + "/trials")
	leader.sees("本年采用", "总分")
}

package hotlinehttp_test

import (
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/org"
)

// The leader looks at an earlier month: its rates, its units and its year, and what stands now stays what stands now.
func TestTheOverviewOfAnEarlierMonth(t *testing.T) {
	w := newTown(t)
	old := w.Ticket(t, hotline.Draft)
	w.Set("2027-01-12 09:00")
	w.Ticket(t, hotline.Draft)
	leader := w.browse(org.RoleLeader)
	leader.Get("/overview").Want(200).Has("本月比率", "今天、本月、今年", "2027 年 1 月（本月）", `value="2026-05"`, "本月指 2027-01-01 至 2027-01-31")
	page := leader.Get("/overview?month=2026-05").Want(200).Has("2026 年 5 月比率", "今天、2026 年 5 月、2026 年", "2026 年 5 月指 2026-05-01 至 2026-05-31",
		"/overview/export.xlsx?month=2026-05", "from=2026-05-01&amp;m=received&amp;part=num&amp;to=2026-06-01", "from=2026-01-01&amp;m=received&amp;part=num&amp;to=2027-01-01").Lacks("本月比率")
	page.Has(`value="2026-05" selected`)
	leader.Get("/overview/cohort?m=received&part=num&from=2026-05-01&to=2026-06-01").Want(200).Has(old.No)
	leader.Get("/overview/export.xlsx?month=2026-05").Want(200)
	for _, wrong := range []string{"2027-02", "2026-13", "gestern", "1900-01"} {
		leader.Get("/overview?month=" + wrong).Want(422).Has("月份应写成 2026-05")
	}
}

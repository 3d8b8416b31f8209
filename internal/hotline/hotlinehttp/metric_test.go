package hotlinehttp_test

import (
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

func TestMetricsPageShowsEveryMeasureWithItsParts(t *testing.T) {
	w := newTown(t)
	for range 9 {
		w.Ticket(t, hotline.Closed)
	}
	late := w.Ticket(t, hotline.Handling)
	for range 2 {
		w.Ticket(t, hotline.Handling)
	}
	w.Set("2026-05-20 09:00")
	w.MoveTo(t, late, hotline.Closed)
	leader := w.browse(org.RoleLeader)
	page := leader.Get("/overview/metrics").Want(200).Has("75.00%", "90.00%", "不完整；暂定", "没有接入话务数据", "排除")
	for _, m := range figure.Measures() {
		page.Has(m.Label)
	}
	leader.Get("/overview/metrics?span=own&from=2026-04-01&last=2026-04-30").Want(200).Has("2026年4月").Lacks("75.00%")
	leader.Get("/overview/metrics?span=own&from=2026-04-30&last=2026-04-01").Want(200)
	leader.Get("/overview/metrics/units?m=M4&at=2026-05-01").Want(200).Has(w.Unit.Name, "75.00%")
	leader.Get("/overview/metrics/units?m=M12").Want(200).Has("没有派错")
	leader.Get("/overview/metrics/export.xlsx").Want(200)
	leader.Get("/overview/metrics/units.xlsx?m=M4").Want(200)
	for _, part := range []string{"num", "den", "out"} {
		for _, m := range figure.Measures() {
			if m.Code.Records("num") == "" || part == "out" && m.Excluded == "" || part == "den" && m.Denominator == "" {
				continue
			}
			leader.Get("/overview/cohort?m=" + string(m.Code) + "&part=" + part + "&from=2026-05-01&to=2026-06-01").Want(200).Has(m.Label)
			leader.Get("/overview/cohort.xlsx?m=" + string(m.Code) + "&part=" + part + "&from=2026-05-01&to=2026-06-01").Want(200)
		}
	}
	w.browse(org.RoleAgent).Get("/overview/metrics").Want(403)
	if text := w.browse("head").Get("/overview/metrics").Want(200).Body.String(); !strings.Contains(text, "75.00%") {
		t.Error("the unit's head does not see his unit's figures")
	}
}

func TestCategoriesWhoseRatingsDoNotCount(t *testing.T) {
	w := newTown(t)
	w.Ticket(t, hotline.Closed)
	leader, boss := w.browse(org.RoleLeader), w.browse(org.RoleSupervisor)
	satisfied := func(want string) {
		t.Helper()
		rows, err := w.Figures.Figures(w.As(t, org.RoleLeader), figure.Query{Measures: []figure.Measure{figure.MeasureSatisfied}, Period: metric.Month(w.Clock.Now().Date())})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(rows[0].Num, "/", rows[0].Den, " out ", rows[0].Excluded); got != want {
			t.Errorf("satisfied: %s, want %s", got, want)
		}
	}
	satisfied("1/1 out 0")
	boss.Post("/overview/metrics/unrated", "category", "01", "basis", "").Want(422).Has("请写明文件的文号和条款")
	boss.Post("/overview/metrics/unrated", "category", "01", "basis", "行政调解类不以满意率评价").Goes("/overview/metrics")
	satisfied("0/0 out 1")
	leader.Get("/overview/metrics").Want(200).Has("行政调解类不以满意率评价").Lacks("取消")
	leader.Post("/overview/metrics/unrated", "category", "02", "basis", "依据").Want(403)
	list, err := w.Figures.UnratedCategories(w.As(t, org.RoleLeader))
	if err != nil || len(list) != 1 {
		t.Fatal(err)
	}
	boss.Get("/overview/metrics").Want(200).Has("取消")
	boss.Post("/overview/metrics/unrated/" + list[0].ID + "/end").Goes("/overview/metrics")
	satisfied("1/1 out 0")
}

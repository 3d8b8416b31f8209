package rating_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/rating"
	"yichuang/internal/rating/ratingtest"
	"yichuang/internal/store"
)

// rowsOf gives the rows of a set by the names of its fields, written and read as an export is.
func rowsOf(t *testing.T, set casework.ExportSet, give func(add func(casework.Facts) error) error) []map[string]string {
	t.Helper()
	d, _ := casework.DataSetOf(set)
	var out []map[string]string
	if err := give(func(f casework.Facts) error {
		cells, err := d.Cells(f)
		row := map[string]string{}
		for i := range cells {
			row[d.Fields[i].Name] = cells[i]
		}
		out = append(out, row)
		return err
	}); err != nil {
		t.Fatal(set, err)
	}
	return out
}

// Ratings are given in the standard's words and codes; who rated is masked, given in the clear on request, and never to the rated unit.
func TestRatingsInTheFieldsOfTheStandard(t *testing.T) {
	w := ratingtest.Open(t, store.SQLite)
	one, two := w.Answered(t), w.Answered(t)
	w.Rate(t, one, rating.Bad, "石敏中", "13800138000")
	w.Rate(t, two, rating.VeryGood, "", "")
	today := w.Clock.Now().Date()
	in := casework.ExportInput{Set: casework.SetRating, From: today, To: today}
	give := func(ctx context.Context, in casework.ExportInput) []map[string]string {
		return rowsOf(t, in.Set, func(add func(casework.Facts) error) error { return w.Rating.StandardRatings(ctx, in, add) })
	}
	list := give(w.As(t, org.RoleSupervisor), in)
	if len(list) != 2 {
		t.Fatalf("%d ratings", len(list))
	}
	for name, value := range map[string]string{"办件编号": one.No, "评价渠道": "二维码", "评价人": "石**", "评价次数": "1", "满意度": "不满意", "满意度代码": "4", "行政区划": "622901", "是否有效": "1", "剔除原因": ""} {
		if list[0][name] != value {
			t.Errorf("%s: %q, want %q", name, list[0][name], value)
		}
	}
	if !strings.HasPrefix(list[0]["评价时间"], strings.ReplaceAll(today.String(), "-", "")+"T") || list[1]["评价人"] != "" || list[1]["满意度代码"] != "1" || list[1]["办件编号"] != two.No {
		t.Errorf("%v", list)
	}
	in.Personal = true
	if list = give(w.As(t, org.RoleSupervisor), in); list[0]["评价人"] != "石敏中" {
		t.Errorf("%v", list[0])
	}
	colleague := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID}, org.RoleSupervisor)
	if text := fmt.Sprint(give(colleague.Ctx, in)); strings.Contains(text, "石") || strings.Contains(text, one.No) {
		t.Errorf("a colleague of the rated learns who rated: %s", text)
	}
	for role, ctx := range map[string]context.Context{"I": w.As(t, org.RoleInfo), "L": w.As(t, org.RoleLeader), "W": w.Window(t)} {
		if err := w.Rating.StandardRatings(ctx, in, nil); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s exports ratings: %v", role, err)
		}
	}
	if _, err := w.Rating.Consult(w.Window(t), rating.ConsultInput{Title: "医保转移接续"}); err != nil {
		t.Fatal(err)
	}
	list = rowsOf(t, casework.SetConsult, func(add func(casework.Facts) error) error {
		return w.Rating.StandardConsults(w.As(t, org.RoleInfo), in, add)
	})
	if len(list) != 1 || list[0]["咨询标题"] != "医保转移接续" || list[0]["处理人"] == "" || list[0]["咨询人"] != "" || !strings.HasPrefix(list[0]["咨询编码"], "ZX") {
		t.Errorf("%v", list)
	}
}

package complaint_test

import (
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
)

// Complaints are given in the fields of the standard, whoever complained masked and his words scrubbed; those of the complained of get
// neither, in the clear or not.
func TestComplaintsInTheFieldsOfTheStandard(t *testing.T) {
	w := complainttest.Open(t, store.SQLite)
	about := w.Receive(t, w.Ready(t))
	in := w.Complained()
	in.CaseNo = about.No
	got := w.Register(t, in)
	w.Register(t, w.Stuck())
	d, _ := casework.DataSetOf(casework.SetComplaint)
	today := w.Clock.Now().Date()
	scrub := func(text string, names ...string) string {
		for _, n := range names {
			text = strings.ReplaceAll(text, n, "某某")
		}
		return text
	}
	rows := func(who orgtest.Person, clear bool) []map[string]string {
		var out []map[string]string
		err := w.Complaint.StandardComplaints(who.Ctx, casework.ExportInput{From: today, To: today, Personal: clear}, scrub, func(f casework.Facts) error {
			cells, err := d.Cells(f)
			row := map[string]string{}
			for i := range cells {
				row[d.Fields[i].Name] = cells[i]
			}
			out = append(out, row)
			return err
		})
		if err != nil || len(out) != 1 {
			t.Fatal(out, err)
		}
		return out
	}
	row := rows(w.Supervisor(t, ""), false)[0]
	for name, value := range map[string]string{"投诉编号": got.No, "投诉人": "马**", "办件编号": about.No, "被投诉单位": w.Unit.Name, "行政区划": "622901", "投诉时间": w.Clock.Now().Time().Format("20060102T150405"), "超期天数": "0"} {
		if row[name] != value {
			t.Errorf("%s: %q, want %q", name, row[name], value)
		}
	}
	if row["投诉内容"] == "" || strings.Contains(fmt.Sprint(row), complainttest.Name) || strings.Contains(fmt.Sprint(row), complainttest.Phone) {
		t.Errorf("%v", row)
	}
	if row = rows(w.Supervisor(t, ""), true)[0]; row["投诉人"] != complainttest.Name {
		t.Errorf("%v", row)
	}
	colleague := orgtest.User(t, w.Org, w.Centre, orgtest.Where{Unit: w.Unit.ID}, org.RoleSupervisor)
	if text := fmt.Sprint(rows(colleague, true)); strings.Contains(text, "马") || strings.Contains(text, about.No) || strings.Contains(text, "扔了回来") {
		t.Errorf("a colleague learns who complained: %s", text)
	}
	if err := w.Complaint.StandardComplaints(w.As(t, org.RoleInfo), casework.ExportInput{From: today, To: today}, scrub, nil); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("政务信息股 exports complaints: %v", err)
	}
}

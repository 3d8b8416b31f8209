package supervision_test

import (
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/errs"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
	"yichuang/internal/supervision/supervisiontest"
)

// Alerts are given in the fields of table 11, those that a higher one took the place of too.
func TestAlertsInTheFieldsOfTheStandard(t *testing.T) {
	w := supervisiontest.Open(t, store.SQLite)
	c := first(t, w)
	w.Set("2025-10-15 08:30")
	w.RunJobs(t)
	w.Set("2025-10-21 00:00")
	w.RunJobs(t)
	alerts := w.Alerts(t, c.ID)
	d, _ := casework.DataSetOf(casework.SetSupervision)
	in := casework.ExportInput{From: day("2025-10-01"), To: day("2025-10-31")}
	rows := map[string]map[string]string{}
	if err := w.Supervision.StandardAlerts(w.As(t, org.RoleSupervisor), in, func(f casework.Facts) error {
		cells, err := d.Cells(f)
		row := map[string]string{}
		for i := range cells {
			row[d.Fields[i].Name] = cells[i]
		}
		rows[row["监察编号"]] = row
		return err
	}); err != nil || len(rows) != len(alerts) || len(rows) < 3 {
		t.Fatal(rows, err)
	}
	types := map[supervision.Type]string{supervision.Timing: "1", supervision.Process: "2", supervision.Content: "3"}
	for _, l := range alerts {
		row := rows[string(l.ID)]
		for name, value := range map[string]string{"办件编号": c.No, "督办内容": l.Text, "机构名称": w.Unit.Name, "事项类型代码": "01", "督办发出时间": l.At.Time().Format("20060102150405"), "监察规则编号": l.Rule, "监察预警类型代码": types[l.Type], "责任部门": w.Unit.Name, "监察预警级别": l.Word()} {
			if row[name] != value {
				t.Errorf("%s of %s: %q, want %q", name, l.Rung, row[name], value)
			}
		}
		if l.State == supervision.Superseded && row["监察状态"] != "已摘牌" {
			t.Errorf("%v", row)
		}
	}
	for _, role := range []string{org.RoleInfo, org.RoleFinance} {
		if err := w.Supervision.StandardAlerts(w.As(t, role), in, nil); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("%s exports alerts: %v", role, err)
		}
	}
}

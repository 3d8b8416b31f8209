package exchange_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/exchange"
	"yichuang/internal/exchange/exchangetest"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
)

// The ledger of what came back: entered once by 政务信息股, read by the unit that received it and by no other, struck out with a reason
// and never changed.
func TestTheLedgerOfDataThatCameBack(t *testing.T) {
	exchangetest.Each(t, func(t *testing.T, w *exchangetest.World) {
		m, info := w.Exchange, w.Info(t)
		today := w.Clock.Now().Date()
		good := exchange.BackflowInput{Day: today, Provider: "省一体化政务大数据平台", Name: "婚姻登记信息", Fields: "姓名、登记日期", From: today - 30, To: today, Records: 12345, UnitID: w.Police.ID, Purpose: "户籍核对", Document: "甘数函〔2025〕3号", Key: "k1"}
		for what, change := range map[string]func(*exchange.BackflowInput){
			"provider": func(in *exchange.BackflowInput) { in.Provider = " " }, "name": func(in *exchange.BackflowInput) { in.Name = "" }, "purpose": func(in *exchange.BackflowInput) { in.Purpose = strings.Repeat("长", 501) },
			"day": func(in *exchange.BackflowInput) { in.Day = today + 1 }, "to": func(in *exchange.BackflowInput) { in.To = in.From - 1 }, "records": func(in *exchange.BackflowInput) { in.Records = 0 }, "unit_id": func(in *exchange.BackflowInput) { in.UnitID = "0000000000000" },
		} {
			bad := good
			change(&bad)
			bad.Key = ""
			if _, err := m.RecordBackflow(info, bad); !errors.Is(err, exchange.ErrInput) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := m.RecordBackflow(w.Provider(t), good); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a unit enters it: %v", err)
		}
		b, err := m.RecordBackflow(info, good)
		if err != nil || b.No != "数回〔"+strconv.Itoa(today.Year())+"〕0001号" {
			t.Fatal(b, err)
		}
		if again, err := m.RecordBackflow(info, good); err != nil || again.ID != b.ID {
			t.Errorf("sent twice: %+v, %v", again, err)
		}
		other := w.Person(t, "other", orgtest.Where{Unit: orgtest.Unit(t, w.Org, w.Centre, "市水务局", "").ID}, org.RoleApprover).Ctx
		for who, x := range map[string]struct {
			ctx  context.Context
			want int
		}{"政务信息股": {info, 1}, "the unit": {w.Provider(t), 1}, "another unit": {other, 0}, "the leader": {w.As(t, org.RoleLeader), 1}} {
			list, _, err := m.Backflows(x.ctx, "")
			if err != nil || len(list) != x.want || x.want == 1 && (list[0].Unit != "市公安局" || list[0].Records != 12345) {
				t.Errorf("%s: %+v, %v", who, list, err)
			}
		}
		if one, err := m.Backflow(w.Provider(t), b.ID); err != nil || one.Unit != "市公安局" {
			t.Errorf("one line: %+v, %v", one, err)
		}
		if _, err := m.Backflow(other, b.ID); !errors.Is(err, exchange.ErrBackflow) {
			t.Errorf("one line, by another unit: %v", err)
		}
		if _, _, err := m.Backflows(w.As(t, org.RoleFinance), ""); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("finance reads it: %v", err)
		}
		if _, err := m.StrikeBackflow(info, b.ID, b.Version, " "); !errors.Is(err, exchange.ErrReason) {
			t.Errorf("without a reason: %v", err)
		}
		if _, err := m.StrikeBackflow(info, b.ID, b.Version+1, "条数有误"); !errors.Is(err, exchange.ErrVersion) {
			t.Errorf("an old version: %v", err)
		}
		if b, err = m.StrikeBackflow(info, b.ID, b.Version, "条数有误"); err != nil || !b.Struck() {
			t.Fatal(b, err)
		}
		if _, err := m.StrikeBackflow(info, b.ID, 0, "再来"); !errors.Is(err, exchange.ErrState) {
			t.Errorf("twice: %v", err)
		}
		var rows [][]string
		err = m.ExportBackflows(info, func(cells []string) error { rows = append(rows, cells); return nil })
		if err != nil || len(rows) != 1 || len(rows[0]) != len(exchange.BackflowColumns()) || rows[0][6] != "12345" || rows[0][10] != "作废" || rows[0][11] != "条数有误" {
			t.Errorf("%v, %v", rows, err)
		}
	})
}

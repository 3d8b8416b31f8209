package supervision

import (
	"context"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// standardTypes are our codes of 监察预警类型, for which the standard has a field of one digit and no table.
var standardTypes = map[Type]string{Timing: "1", Process: "2", Content: "3", Fee: "4", Risk: "5", Other: "6"}

// standardRow is an alert with the kind of its case's item.
type standardRow struct {
	Alert
	VersionID string `db:"version_id"`
}

// StandardAlerts gives the alerts of a period as the set of GB/T 39046-2020 has them (表 11), those that were lifted or superseded too.
func (m *Module) StandardAlerts(ctx context.Context, in casework.ExportInput, add func(casework.Facts) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermAlertRead); err != nil {
		return err
	}
	kinds := map[string]string{}
	at, after := in.From.Start(), AlertID("")
	for {
		var rows []standardRow
		var out []casework.Facts
		err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
			out = nil
			w := (&store.Where{}).And("l.centre_id = ?", a.CentreID).And("l.at >= ?", at).And("l.at < ?", in.To.End()).And("(l.at > ? OR l.id > ?)", at, after)
			if a.Scope(PermAlertRead) < actor.Centre {
				w.And("1 = 0") // an export is of the whole centre
			}
			if rows, err = store.Select[standardRow](tx, "SELECT "+store.Columns[Alert]("l.")+", COALESCE(c.version_id, '') AS version_id FROM supervision_alert l LEFT JOIN casework_case c ON c.centre_id = l.centre_id AND c.id = l.case_id"+
				w.SQL()+" ORDER BY l.at, l.id LIMIT 500", w.Args...); err != nil {
				return err
			}
			out, err = m.standardRows(tx, a.CentreID, rows, kinds)
			return err
		})
		for _, f := range out {
			if err == nil {
				err = add(f)
			}
		}
		if err != nil || len(rows) < 500 {
			return err
		}
		at, after = rows[len(rows)-1].At, rows[len(rows)-1].ID
	}
}

func (m *Module) standardRows(tx *store.Tx, centre string, rows []standardRow, kinds map[string]string) ([]casework.Facts, error) {
	plain := make([]Alert, len(rows))
	for i := range rows {
		plain[i] = rows[i].Alert
	}
	list, err := m.listed(tx, centre, plain)
	if err != nil {
		return nil, err
	}
	out := make([]casework.Facts, len(list))
	for i := range list {
		l, version := &list[i], rows[i].VersionID
		kind, known := kinds[version]
		if !known && version != "" {
			if kind, err = m.casework.KindOfTx(tx, centre, version); err != nil {
				return nil, err
			}
			kinds[version] = kind
		}
		who := l.Unit
		if who == "" {
			who = l.Site
		}
		out[i] = casework.Facts{"办件编号": l.CaseNo, "督办内容": l.Text, "机构名称": who, "事项类型代码": kind, "督办发出时间": l.issued(), "监察编号": string(l.ID), "监察规则编号": l.Rule, "监察预警类型代码": standardTypes[l.Type],
			"状态产生时间": l.stateAt(), "监察结果描述": l.outcome(), "责任部门": l.Unit, "监察预警级别": l.Word(), "监察状态": l.StateWord()}
	}
	return out, nil
}

// issued is when the alert went out: when it was served, or given where it was not served.
func (l *Alert) issued() clock.Instant {
	if l.ServedAt != 0 {
		return l.ServedAt
	}
	return l.At
}

// stateAt is when the state that the alert is in came about, as far as the alert notes it.
func (l *Alert) stateAt() clock.Instant {
	return max(l.At, l.ServedAt, l.AnsweredAt, l.ProposedAt, l.LiftedAt, l.ClosedAt)
}

// outcome words what came of the alert.
func (l *Alert) outcome() string {
	var out []string
	for _, p := range [][2]string{{"", l.StateWord()}, {"回告：", l.Answer}, {"申辩：", l.Defence}, {"撤牌理由：", l.Reason}} {
		if p[1] != "" {
			out = append(out, p[0]+p[1])
		}
	}
	return strings.Join(out, "；")
}

package bench

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yichuang/internal/app"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/id"
	"yichuang/internal/item"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// caseTemplate is a case that really went through its life. Copies have its rows with their own ids, times and numbers; the
// hashes of their events are the template's: figures and lists need rows of the true size and number, not a chain.
type caseTemplate struct {
	row   casework.Case
	visit casework.Visit
}

// live takes one case from the window to the archive in ten events.
func (d *caseDesk) live(ctx context.Context, a *app.App) (*caseTemplate, error) {
	m := a.Casework
	in, err := m.Receive(ctx, casework.IntakeInput{Applicant: party.Applicant{Contact: party.Contact{Name: "模板", Phone: "13900000000"}, IDType: party.OtherPaper, IDNo: "TEMPLATE1"}, Window: "1", Identity: casework.IdentityManual,
		Items: []casework.IntakeItem{{ItemID: d.items[0].item, Had: []string{"M1", "M2"}}}})
	if err != nil {
		return nil, err
	}
	c := in.Cases[0]
	cmd := casework.Command{CaseID: c.ID}
	for _, act := range []func() (casework.Case, error){
		func() (casework.Case, error) {
			return m.SpotCorrect(ctx, cmd, "申请书上的日期已当场更正。", nil)
		},
		func() (casework.Case, error) { return m.Accept(ctx, cmd, casework.NormalMode) },
		func() (casework.Case, error) {
			return m.Review(ctx, cmd, "经审查，申请材料齐全，符合法定形式，建议准予。")
		},
		func() (casework.Case, error) {
			return m.SendBack(ctx, cmd, "请补充说明经营场所的核对情况。")
		},
		func() (casework.Case, error) {
			return m.Review(ctx, cmd, "经营场所已核对，符合规定的条件，建议准予。")
		},
		func() (casework.Case, error) { return m.Grant(ctx, cmd, casework.DecideInput{Opinion: "准予。"}) },
		func() (casework.Case, error) {
			return m.Issue(ctx, cmd, casework.IssueInput{Number: "临许字〔2026〕1号"})
		},
		func() (casework.Case, error) {
			return m.Deliver(ctx, cmd, casework.DeliverInput{Way: casework.Ways[0]})
		},
	} {
		if c, err = act(); err != nil {
			return nil, err
		}
	}
	if c.EventSeq != caseEvents {
		return nil, fmt.Errorf("a life has %d events, not %d", c.EventSeq, caseEvents)
	}
	return &caseTemplate{row: c, visit: in.Visit}, nil
}

// copy inserts a case of its own at a moment, with its visit.
func (d *caseDesk) copy(tx *store.Tx, t *caseTemplate, ids *id.Source, at clock.Instant, n int) (casework.Case, error) {
	const hour, day = time.Hour, 24 * time.Hour
	c, v, of := t.row, t.visit, d.items[d.rnd.Intn(len(d.items))]
	v.ID = casework.VisitID(id.Format(ids.Number(at)))
	v.No, v.SiteID, v.At, v.QueryBix = fmt.Sprintf("S%s-P%07d", at.Time().Format("20060102"), n), d.Site, at, string(v.ID)
	v.ApplicantID = d.people[d.rnd.Intn(len(d.people))]
	c.ID, c.No, c.VisitID = casework.CaseID(id.Format(ids.Number(at))), fmt.Sprintf("B%s-P%07d", at.Time().Format("20060102"), n), string(v.ID)
	c.UnitID, c.ItemID, c.VersionID, c.ItemName, c.SiteID, c.ApplicantID = of.unit, of.item, of.version, of.name, d.Site, v.ApplicantID
	c.ReceivedAt, c.CompleteAt, c.AcceptedAt = at, at, at.Add(hour)
	used := 1 + d.rnd.Intn(9)
	c.DecidedAt = at.Add(time.Duration(used) * day)
	c.IssuedAt, c.DeliveredAt, c.ClosedAt = c.DecidedAt.Add(hour), c.DecidedAt.Add(day), c.DecidedAt.Add(day)
	c.PromiseDue, c.StatutoryDue, c.NextDue = at.Date().Start().Add(14*day), at.Date().Start().Add(29*day), 0
	c.AcceptTimed, c.AcceptMinutes, c.DecideTimed, c.UsedDays, c.StdMinutes = true, int64(d.rnd.Intn(120)), true, int64(used), 30
	if d.rnd.Intn(10) == 0 {
		c.Notices, c.Trips = 1, 2
	}
	if d.rnd.Intn(20) == 0 {
		c.Kind, c.PromiseDue, c.UsedDays = item.Instant, at.Date().End(), 0
	}
	if n%caseOpen == 0 {
		c.State, c.Open, c.CloseCode, c.ClosedAt, c.DeliveredAt, c.DecidedAt, c.IssuedAt = casework.State(openStates[d.rnd.Intn(len(openStates))]), true, "", 0, 0, 0, 0
		c.NextDue, c.DecideTimed = tx.Now().Add(time.Duration(d.rnd.Intn(480)-48)*hour), false
		c.PromiseDue = c.NextDue
	}
	if err := store.Insert(tx, "casework_visit", v); err != nil {
		return c, err
	}
	return c, store.Insert(tx, "casework_case", c)
}

// copyParts gives every copied case from the first to the last the template's events, clocks, materials and vouchers, by one
// statement each, inside the engine.
func (t *caseTemplate) copyParts(tx *store.Tx, first, last string) error {
	const shift = " + (c.received_at - $5)"
	for _, p := range []struct {
		table, columns string
		with           map[string]string
	}{
		{"casework_event", store.Columns[casework.Event](""), map[string]string{"case_id": "c.id", "at": "t.at" + shift + " + t.seq * 36000000", "unit_id": "c.unit_id"}},
		{"casework_clock", store.Columns[casework.Clock](""), map[string]string{"case_id": "c.id", "due": "t.due" + shift, "stopped_at": "t.stopped_at" + shift}},
		{"casework_material", store.Columns[casework.CaseMaterial](""), map[string]string{"case_id": "c.id", "at": "t.at" + shift}},
		{"casework_voucher", store.Columns[casework.Voucher](""), map[string]string{"id": "c.id || '-' || t.kind", "no": "c.no || '-' || t.kind", "case_id": "c.id", "visit_id": "c.visit_id", "unit_id": "c.unit_id",
			"site_id": "c.site_id", "issued_at": "t.issued_at" + shift, "printed_at": "c.received_at"}},
	} {
		var values []string
		for _, column := range strings.Split(p.columns, ", ") {
			value, ok := p.with[column]
			if !ok {
				value = "t." + column
			}
			values = append(values, value)
		}
		_, err := tx.Exec("INSERT INTO "+p.table+" ("+p.columns+") SELECT "+strings.Join(values, ", ")+" FROM casework_case c JOIN "+p.table+
			" t ON t.centre_id = c.centre_id AND t.case_id = $2 WHERE c.centre_id = $1 AND c.id >= $3 AND c.id <= $4 AND c.id <> $2 AND CAST($5 AS BIGINT) > 0",
			t.row.CentreID, string(t.row.ID), first, last, t.row.ReceivedAt)
		if err != nil {
			return fmt.Errorf("%s: %w", p.table, err)
		}
	}
	return nil
}

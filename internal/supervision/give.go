package supervision

import (
	"strings"

	"yichuang/internal/store"
)

// insertAlert takes the centre, the moment and what each alert has of its own.
const insertAlert = `INSERT INTO supervision_alert (centre_id, at, id, rule, revision, case_id, case_no, item_name, clock_id, rung, level, type, text, unit_id, site_id, staff_id, state, open, due, closed_at,
	upheld, no, served_at, answer_due, answer_no, answer, answered_by, answered_at, defence, proposed_by, proposed_at, reason, lifted_by, lifted_at, raised_by, version) VALUES `

const (
	giveBatch      = 200  // alerts that go into one statement
	supersedeBatch = 1000 // clocks
)

// give writes alerts, each once for its clock and rung, and tells which of them are new.
func give(tx *store.Tx, list []*Alert) ([]*Alert, error) {
	var out []*Alert
	for len(list) > 0 {
		n := min(len(list), giveBatch)
		given, err := giveSome(tx, list[:n])
		if err != nil {
			return nil, err
		}
		out, list = append(out, given...), list[n:]
	}
	return out, nil
}

func giveSome(tx *store.Tx, list []*Alert) ([]*Alert, error) {
	args := append(make([]any, 0, 2+18*len(list)), list[0].CentreID, tx.Now())
	for _, l := range list {
		l.ID, l.At, l.Version = AlertID(tx.NewID()), tx.Now(), 1
		if l.State == "" {
			l.State = Raised
		}
		l.Open = l.State.Open()
		args = append(args, string(l.ID), l.Rule, l.Revision, string(l.CaseID), l.CaseNo, l.ItemName, l.ClockID, l.Rung, string(l.Level), string(l.Type), l.Text, l.UnitID, l.SiteID, l.StaffID, string(l.State), l.Open, int64(l.Due), int64(l.ClosedAt))
	}
	ids, err := store.Select[AlertID](tx, insertAlert+alertRows(len(list))+" ON CONFLICT (centre_id, case_id, clock_id, rung) DO NOTHING RETURNING id", args...)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	fresh := make(map[AlertID]bool, len(ids))
	for _, id := range ids {
		fresh[id] = true
	}
	var given []*Alert
	for _, l := range list {
		if fresh[l.ID] {
			given = append(given, l)
		}
	}
	return given, nil
}

// alertRows is the rows of placeholders of n alerts, each with the values that all have after them.
func alertRows(n int) string {
	var b strings.Builder
	for row := range n {
		b.WriteString([]string{"($1, $2", ", ($1, $2"}[min(row, 1)])
		for i := range 18 {
			b.WriteString(", $")
			b.WriteString(itoa(3 + row*18 + i))
		}
		b.WriteString(", FALSE, '', 0, 0, '', '', '', 0, '', '', 0, '', '', 0, '', 1)")
	}
	return b.String()
}

// supersede lets the cards among new alerts take the place of the lower ones on the same clocks (摘牌): those are kept, out of
// force. It tells how many.
func supersede(tx *store.Tx, given []*Alert) (lost int64, err error) {
	clocks := map[Level][]*Alert{}
	for _, l := range given {
		if l.Level != Remind && l.Rung == rungNames[l.Level] {
			clocks[l.Level] = append(clocks[l.Level], l)
		}
	}
	for _, level := range []Level{Yellow, Red} {
		for list := clocks[level]; len(list) > 0; {
			n := min(len(list), supersedeBatch)
			found, err := supersedeSome(tx, level, list[:n])
			if err != nil {
				return lost, err
			}
			lost, list = lost+found, list[n:]
		}
	}
	return lost, nil
}

func supersedeSome(tx *store.Tx, level Level, by []*Alert) (int64, error) {
	lower := "'remind'"
	if level == Red {
		lower = "'remind', 'yellow'"
	}
	args := []any{by[0].CentreID, string(Superseded), tx.Now()}
	var clocks strings.Builder
	for i, l := range by {
		args = append(args, string(l.CaseID), l.ClockID)
		clocks.WriteString([]string{"($", ", ($"}[min(i, 1)] + itoa(2*i+4) + ", $" + itoa(2*i+5) + ")")
	}
	return tx.Exec("UPDATE supervision_alert SET state = $2, open = FALSE, closed_at = $3, version = version + 1 WHERE centre_id = $1 AND (case_id, clock_id) IN (VALUES "+
		clocks.String()+") AND open AND level IN ("+lower+")", args...)
}

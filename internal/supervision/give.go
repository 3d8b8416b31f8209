package supervision

import (
	"strings"

	"yichuang/internal/casework"
	"yichuang/internal/store"
)

const insertAlert = `INSERT INTO supervision_alert (centre_id, id, rule, revision, case_id, case_no, item_name, clock_id, rung, level, type, text, unit_id, site_id, staff_id, state, open, upheld, at, due, closed_at,
	no, served_at, answer_due, answer_no, answer, answered_by, answered_at, defence, proposed_by, proposed_at, reason, lifted_by, lifted_at, raised_by, version) VALUES `

// giveBatch is how many alerts go into one statement.
const giveBatch = 200

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
	var args []any
	for _, l := range list {
		l.ID, l.At, l.Version = AlertID(tx.NewID()), tx.Now(), 1
		if l.State == "" {
			l.State = Raised
		}
		l.Open = l.State.Open()
		args = append(args, l.CentreID, l.ID, l.Rule, l.Revision, l.CaseID, l.CaseNo, l.ItemName, l.ClockID, l.Rung, l.Level, l.Type, l.Text, l.UnitID, l.SiteID, l.StaffID, l.State, l.Open, false, l.At, l.Due, l.ClosedAt)
	}
	ids, err := store.Select[AlertID](tx, insertAlert+values(len(list), len(args)/len(list), ", '', 0, 0, '', '', '', 0, '', '', 0, '', '', 0, '', 1)")+
		" ON CONFLICT (centre_id, clock_id, rung) DO NOTHING RETURNING id", args...)
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

// values is the rows of placeholders of an INSERT of many, each with the fixed values after them.
func values(rows, width int, fixed string) string {
	var b strings.Builder
	for row := range rows {
		if row > 0 {
			b.WriteString(", ")
		}
		for i := range width {
			b.WriteString([]string{"($", ", $"}[min(i, 1)])
			b.WriteString(itoa(row*width + i + 1))
		}
		b.WriteString(fixed)
	}
	return b.String()
}

// gone is an alert that lost its place.
type gone struct {
	ID     AlertID         `db:"id"`
	CaseID casework.CaseID `db:"case_id"`
}

// supersede lets the cards among new alerts take the place of the lower ones on the same clocks (摘牌): those are kept, out of
// force. It tells which.
func supersede(tx *store.Tx, given []*Alert) ([]gone, error) {
	clocks := map[Level][]string{}
	centre := ""
	for _, l := range given {
		if centre = l.CentreID; l.Level != Remind && l.Rung == rungNames[l.Level] {
			clocks[l.Level] = append(clocks[l.Level], l.ClockID)
		}
	}
	var out []gone
	for _, level := range []Level{Yellow, Red} {
		for ids := clocks[level]; len(ids) > 0; {
			n := min(len(ids), giveBatch)
			found, err := supersedeSome(tx, centre, level, ids[:n])
			if err != nil {
				return nil, err
			}
			out, ids = append(out, found...), ids[n:]
		}
	}
	return out, nil
}

func supersedeSome(tx *store.Tx, centre string, level Level, clocks []string) ([]gone, error) {
	lower := []string{string(Remind)}
	if level == Red {
		lower = append(lower, string(Yellow))
	}
	w := (&store.Where{}).And("centre_id = ?", centre).And("open")
	store.In(w, "clock_id", clocks)
	store.In(w, "level", lower)
	n := len(w.Args)
	return store.Select[gone](tx, "UPDATE supervision_alert SET state = $"+itoa(n+1)+", open = $"+itoa(n+2)+", closed_at = $"+itoa(n+3)+", version = version + 1"+w.SQL()+" RETURNING id, case_id",
		append(w.Args, Superseded, false, tx.Now())...)
}

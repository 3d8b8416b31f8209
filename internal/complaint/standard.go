package complaint

import (
	"context"

	"yichuang/internal/actor"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Scrubber takes out of a text what tells who wrote it; names are those that are known.
type Scrubber func(text string, names ...string) string

// StandardComplaints gives the complaints of a period as the set of GB/T 39046-2020 has them (表 10, 投诉). It takes the permission to
// know complainants. People are masked and texts scrubbed unless they are asked for in the clear; of a complaint about the
// actor's own people only what a list shows is given (invariant I10).
func (m *Module) StandardComplaints(ctx context.Context, in casework.ExportInput, scrub Scrubber, add func(casework.Facts) error) error {
	a := actor.From(ctx)
	if err := a.Require(PermComplaintPersonal); err != nil {
		return err
	}
	at, after := in.From.Start(), MatterID("")
	for {
		var list []Matter
		var out []casework.Facts
		err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
			out = nil
			w := (&store.Where{}).And("centre_id = ?", a.CentreID).And("received_at >= ?", at).And("received_at < ?", in.To.End()).And("(received_at > ? OR id > ?)", at, after).And("kind = ?", Complaint)
			reach(w, a, PermComplaintPersonal)
			if list, err = store.Select[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter"+w.SQL()+" ORDER BY received_at, id LIMIT "+itoa(ListPage), w.Args...); err != nil {
				return err
			}
			if err := m.titles(tx, a.CentreID, list); err != nil {
				return err
			}
			for i := 0; i < len(list) && err == nil; i++ {
				var f casework.Facts
				f, err = m.standardOf(tx, a, &list[i], in.Personal, scrub)
				out = append(out, f)
			}
			return err
		})
		for _, f := range out {
			if err == nil {
				err = add(f)
			}
		}
		if err != nil || len(list) < ListPage {
			return err
		}
		at, after = list[len(list)-1].ReceivedAt, list[len(list)-1].ID
	}
}

// standardOf makes the row of one complaint.
func (m *Module) standardOf(tx *store.Tx, a *actor.Actor, c *Matter, clear bool, scrub Scrubber) (casework.Facts, error) {
	centre, err := m.org.CentreTx(tx, c.CentreID)
	if err != nil {
		return nil, err
	}
	f := casework.Facts{"投诉编号": c.No, "投诉时间": c.ReceivedAt, "承办时间": c.AcceptedAt, "认定结果": c.Finding.Label(), "行政区划": centre.Division, "超期天数": c.daysLate(tx.Now())}
	if c.FirstDue != 0 {
		f["承诺时限"] = calendar.LastDay(c.FirstDue)
	}
	if c.UnitID != "" {
		u, err := m.org.UnitTx(tx, c.CentreID, c.UnitID)
		if err != nil {
			return nil, err
		}
		f["被投诉单位"] = u.Name
	}
	if !c.knows(a) {
		return f, nil
	}
	return f, m.standardWords(tx, c, f, clear, scrub)
}

// daysLate is by how many days the limit was not kept.
func (m *Matter) daysLate(now clock.Instant) int64 {
	if !m.late(now) {
		return 0
	}
	end := now
	if m.FinishedAt != 0 {
		end = m.FinishedAt
	}
	return int64(end.Date() - calendar.LastDay(m.FirstDue))
}

// standardWords adds what leads to the complainant, and who handled the complaint and told him what.
func (m *Module) standardWords(tx *store.Tx, c *Matter, f casework.Facts, clear bool, scrub Scrubber) error {
	who, err := m.contact(tx, c)
	if err != nil {
		return err
	}
	w, err := m.words(tx, c)
	if err != nil {
		return err
	}
	accused, err := m.org.UserNamesTx(tx, c.CentreID, []string{c.AccusedID})
	if err != nil {
		return err
	}
	f["投诉人"], f["被投诉人"], f["投诉标题"], f["投诉内容"] = who.Name, accused[c.AccusedID], c.Title, w.Content
	f["投诉来源"], f["办件编号"] = c.Channel, c.CaseNo
	events, err := loadEvents(tx, c.CentreID, c.ID)
	if err != nil {
		return err
	}
	for i := range events {
		switch e := &events[i]; e.Action {
		case ActAccept:
			f["承办人"] = e.ActorName
			if e.UnitID == "" {
				break
			}
			u, err := m.org.UnitTx(tx, c.CentreID, e.UnitID)
			if err != nil {
				return err
			}
			f["承办单位名称"] = u.Name
		case ActFeedback:
			f["反馈信息"], f["反馈时间"] = e.Text, e.At
		}
	}
	if clear {
		return nil
	}
	for _, name := range []string{"投诉标题", "投诉内容", "反馈信息"} {
		if text, ok := f[name].(string); ok {
			f[name] = scrub(text, who.Name, accused[c.AccusedID])
		}
	}
	for _, name := range []string{"投诉人", "被投诉人"} {
		f[name] = party.Contact{Name: f[name].(string)}.Masked().Name
	}
	return nil
}

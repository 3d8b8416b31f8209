package complaint_test

import (
	"strings"
	"testing"
	"time"

	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/hotline"
	"yichuang/internal/org"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// Somebody whose ticket or matter is destroyed stays known while another record of his is there, with the reason; he is asked about
// again and forgotten when nothing needs him any more.
func TestSomebodyWhoIsNeededIsNotForgotten(t *testing.T) {
	t.Parallel()
	w := complainttest.Open(t, store.SQLite)
	ticket, err := w.Hotline.Register(w.As(t, org.RoleAgent), hotline.RegisterInput{Channel: "电话", Kind: hotline.Consult, Title: "路灯不亮", Content: "小区门口路灯不亮", Name: complainttest.Name, Phone: complainttest.Phone})
	if err != nil {
		t.Fatal(err)
	}
	got := must[complaint.Registration](t)(w.Complaint.Submit(w.Citizen(), w.Complained()))
	person := got.ReporterID
	if ticket.CallerID != person {
		t.Fatalf("caller %q and reporter %q of one number are two people", ticket.CallerID, person)
	}
	waiting := func() string {
		t.Helper()
		var list map[string]int
		if err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) { list, err = party.WaitingTx(tx, w.Centre); return err }); err != nil {
			t.Fatal(err)
		}
		for reason := range list {
			return reason
		}
		return ""
	}
	known := func() bool {
		t.Helper()
		var c party.Contact
		if err := w.DB.Read(w.System(), func(tx *store.Tx) error {
			p, err := party.Load(tx, w.Centre, person)
			if err == nil {
				c, err = w.Party.Open(p)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return c.Name != "" && c.Phone != ""
	}
	do := func(sql string, args ...any) {
		t.Helper()
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return tx.Queue(sql, args...) }); err != nil {
			t.Fatal(err)
		}
	}
	night := func() { w.Clock.Advance(26 * time.Hour); w.RunJobs(t) }
	month := func() { w.Clock.Advance(32 * 24 * time.Hour); w.RunJobs(t) }
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return w.Complaint.Redact(tx, string(got.ID)) }); err != nil {
		t.Fatal(err)
	}
	if !known() || waiting() != "有未办结的热线工单" {
		t.Fatalf("while a ticket is open: known %v, %q", known(), waiting())
	}
	again := must[complaint.Registration](t)(w.Complaint.Submit(w.Citizen(), w.Complained()))
	do("UPDATE hotline_ticket SET open = FALSE WHERE centre_id = $1 AND id = $2", w.Centre, ticket.ID)
	night()
	if !known() || !strings.Contains(waiting(), "热线工单还在保管") || !strings.Contains(waiting(), "有未办结的投诉或办不成事") {
		t.Errorf("while a ticket is kept and a complaint open: known %v, %q", known(), waiting())
	}
	do("UPDATE hotline_ticket SET destroyed_at = 1 WHERE centre_id = $1 AND id = $2", w.Centre, ticket.ID)
	must[complaint.Matter](t)(w.Complaint.Withdraw(w.J(t), complaint.Complaint, complaint.Command{ID: again.ID}, "已谅解"))
	month()
	if !known() || waiting() != "投诉或办不成事还在保管" {
		t.Errorf("while a complaint is kept: known %v, %q", known(), waiting())
	}
	do("UPDATE complaint_matter SET reporter_id = '' WHERE centre_id = $1 AND id = $2", w.Centre, again.ID)
	month()
	if known() || waiting() != "" {
		t.Errorf("nothing needs him: known %v, %q", known(), waiting())
	}
}

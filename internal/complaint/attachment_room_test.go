package complaint_test

import (
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/blob"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/store"
)

// The files of one side take no room from the other, and the limit says nothing of files that somebody may not see.
func TestEachSideHasItsOwnRoomForFiles(t *testing.T) {
	t.Parallel()
	w := complainttest.Open(t, store.SQLite)
	m, z := w.Complaint, w.Chief(t)
	got := must[complaint.Registration](t)(m.Submit(w.Citizen(), w.Complained()))
	send := func(n, files int) error {
		var list []blob.Upload
		for i := range files {
			list = append(list, photo(fmt.Sprintf("现场 %d-%d", n, i)))
		}
		return m.AddOwnFiles(w.Citizen(), got.QueryCode, complainttest.Phone[len(complainttest.Phone)-4:], list, fmt.Sprintf("k%d", n))
	}
	for n := range 3 {
		if err := send(n, evidence.MaxFiles); err != nil {
			t.Fatal(err)
		}
	}
	err := send(3, 1)
	if errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), "27") || strings.Contains(fmt.Sprint(err), "28") {
		t.Errorf("one file too many: %v", err)
	}
	if list := must[[]evidence.File](t)(m.AddFiles(z, complaint.Complaint, got.ID, []blob.Upload{photo("值班表")})); len(list) != 1 {
		t.Errorf("the unit sees %d files", len(list))
	}
}

// A reporter whose record was emptied has no second factor left, so that his code opens nothing any more.
func TestACodeOfSomebodyForgottenOpensNothing(t *testing.T) {
	t.Parallel()
	w := complainttest.Open(t, store.SQLite)
	got := must[complaint.Registration](t)(w.Complaint.Submit(w.Citizen(), w.Complained()))
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		return tx.Queue("UPDATE party_person SET name_enc = $3, phone_enc = $3, phone_bix = '', tail_bix = '' WHERE centre_id = $1 AND id = $2", w.Centre, got.ReporterID, []byte{})
	}); err != nil {
		t.Fatal(err)
	}
	for _, tail := range []string{"", "5678"} {
		_, err := w.Complaint.Track(w.Citizen(), got.QueryCode, tail)
		wantCode(t, err, "QUERY")
	}
}

// With the record of a matter the messages go that were sent about it.
func TestDestructionTakesTheMessages(t *testing.T) {
	t.Parallel()
	w := complainttest.Open(t, store.SQLite)
	c := w.Handling(t, complaint.Common)
	left := func() (n int64) {
		err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
			n, err = store.Get[int64](tx, "SELECT COUNT(*) FROM outbox_message WHERE centre_id = $1 AND object = $2", w.Centre, c.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if left() == 0 {
		t.Fatal("no message was put")
	}
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return w.Complaint.Redact(tx, string(c.ID)) }); err != nil {
		t.Fatal(err)
	}
	if n := left(); n != 0 {
		t.Errorf("%d messages are left", n)
	}
}

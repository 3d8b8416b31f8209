package complaint_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"yichuang/internal/archive"
	"yichuang/internal/complaint"
	"yichuang/internal/complaint/complainttest"
	"yichuang/internal/store"
)

// deposited puts a complaint that is over into the archive and gives the documents of its package.
func deposited(t *testing.T, w *complainttest.World, c complaint.Matter) map[string][]byte {
	t.Helper()
	j := w.J(t)
	must[complaint.Matter](t)(w.Complaint.Withdraw(j, complaint.Complaint, complaint.Command{ID: c.ID}, "已谅解"))
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return complaint.Schedule(tx, w.Centre) }); err != nil {
		t.Fatal(err)
	}
	w.Clock.Advance(33 * 24 * time.Hour)
	w.RunJobs(t)
	w.RunJobs(t)
	list, _, err := w.Archive.Records(j, archive.Filter{No: c.No})
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	_, body, err := w.Archive.Take(j, list[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, d := range body.Documents {
		out[d.Name] = d.Data
	}
	return out
}

// The package says of whom somebody complained by an alias that is the same in all packages; who he is stays with the matter. It proves
// its events, also those that were written with the id before there was an alias.
func TestThePackageKnowsThePersonByAnAlias(t *testing.T) {
	t.Parallel()
	w := complainttest.Open(t, store.SQLite)
	first, second := w.Investigating(t, complaint.OnSite, false), w.Investigating(t, complaint.OnSite, false)
	accused := w.Sheet(t, first.ID).AccusedID
	if accused == "" {
		t.Fatal("nobody was complained of")
	}
	docs := deposited(t, w, first)
	name, alias := w.Sheet(t, first.ID).Accused, aliasIn(t, docs)
	for document, text := range docs {
		for _, s := range []string{accused, name} {
			if strings.Contains(string(text), s) {
				t.Errorf("%s holds %s", document, s)
			}
		}
	}
	if faults, unproved := complaint.VerifyArchive(archive.Report{Contents: docs}); len(faults) != 0 || unproved != 0 || !strings.HasPrefix(alias, "p-") {
		t.Errorf("alias %q, %v", alias, faults)
	}
	docs["events.json"] = []byte(strings.Replace(string(docs["events.json"]), alias, "p-anotherperson", 1))
	if faults, _ := complaint.VerifyArchive(archive.Report{Contents: docs}); len(faults) == 0 {
		t.Error("another person in the event is not noticed")
	}
	if w.Sheet(t, first.ID).AccusedID != accused {
		t.Error("the matter does not know him any more")
	}
	written(t, w, second, accused)
	older := deposited(t, w, second)
	if got := aliasIn(t, older); got != alias {
		t.Errorf("the same person is %q in another package, %q in this", got, alias)
	}
	if text := string(older["events.json"]); strings.Contains(text, accused) || !strings.Contains(text, `"data_withheld":true`) {
		t.Error("an event from before the alias holds the id")
	}
	if faults, unproved := complaint.VerifyArchive(archive.Report{Contents: older}); len(faults) != 0 || unproved != 1 {
		t.Error(faults, unproved)
	}
	older["events.json"] = []byte(strings.Replace(string(older["events.json"]), "已谅解", "已经谅解", 1))
	if faults, _ := complaint.VerifyArchive(archive.Report{Contents: older}); len(faults) == 0 {
		t.Error("a changed word of another event is not noticed")
	}
}

// aliasIn reads for whom the event stands that says of whom somebody complained.
func aliasIn(t *testing.T, docs map[string][]byte) string {
	t.Helper()
	var events []struct{ Action, Data string }
	if err := json.Unmarshal(docs["events.json"], &events); err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		var data struct{ User string }
		if e.Action == string(complaint.ActIdentify) && json.Unmarshal([]byte(e.Data), &data) == nil {
			return data.User
		}
	}
	t.Fatal("no event says of whom")
	return ""
}

// written turns the events of a matter into those of the version before, with the id in clear, and links the chain anew.
func written(t *testing.T, w *complainttest.World, c complaint.Matter, accused string) {
	t.Helper()
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
		return complaint.RewriteWithID(tx, w.Centre, c.ID, accused)
	}); err != nil {
		t.Fatal(err)
	}
}

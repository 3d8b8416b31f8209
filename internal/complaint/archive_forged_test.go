package complaint

import (
	"encoding/hex"
	"encoding/json"
	"testing"

	"yichuang/internal/archive"
)

// An event that is relabelled as one from before there were aliases is told as unproved, and not accepted behind one that holds with an
// alias, nor where no alias stands in it.
func TestAForgedEventIsNotPassedOffAsAnOldOne(t *testing.T) {
	const alias, other = `{"user":"p-1"}`, `{"user":"p-2"}`
	for _, tt := range []struct {
		name             string
		data             []string
		forged           int // which event is replaced and relabelled
		with             string
		faults, unproved int
	}{
		{"nothing is forged", []string{alias, alias}, -1, "", 0, 0},
		{"the first cannot be told from an old one", []string{alias, alias}, 0, other, 0, 1},
		{"behind an alias that holds", []string{alias, alias}, 1, other, 1, 0},
		{"without an alias", []string{alias, alias}, 0, `{"user":"u"}`, 1, 0},
		{"all of them are old", []string{`{"user":"u"}`}, 0, alias, 0, 1},
	} {
		prev, rows := []byte{}, []map[string]any{}
		for i, data := range tt.data {
			e := Event{CentreID: "c", MatterID: "m", Seq: int64(i + 1), Action: ActIdentify, Data: data}
			e.Hash = e.link(prev)
			prev = e.Hash
			row := map[string]any{"centre_id": "c", "matter_id": "m", "seq": e.Seq, "action": e.Action, "data": data, "hash": hex.EncodeToString(e.Hash)}
			if i == tt.forged {
				row["data"], row["data_withheld"] = tt.with, true
			}
			rows = append(rows, row)
		}
		events, err := json.Marshal(rows)
		if err != nil {
			t.Fatal(err)
		}
		if faults, unproved := VerifyArchive(archive.Report{Contents: map[string][]byte{"events.json": events}}); len(faults) != tt.faults || unproved != tt.unproved {
			t.Errorf("%s: %v, %d unproved", tt.name, faults, unproved)
		}
	}
}

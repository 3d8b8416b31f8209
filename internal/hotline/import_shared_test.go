package hotline_test

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/datatest"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// The whole public data sets, on both engines: every row is taken, and a second run adds nothing.
func TestImportSharedData(t *testing.T) {
	pingshan := datatest.Read(t, "pingshan/events_dev.csv")
	fuzhou := datatest.Read(t, "fuzhou12345/cases_dev.jsonl")
	taidi := datatest.Read(t, "taidi2020c/classify_raw_dev.jsonl")
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		for _, c := range []struct {
			mapping string
			rows    []byte
			want    int
		}{{"pingshan", pingshan, 7000}, {"fuzhou12345", fuzhou, 1041}, {"taidi2020c", taidi, 963}} {
			started := time.Now()
			r := imported(t, w, builtin(t, c.mapping), c.rows)
			t.Logf("%s: %d taken, %d refused, %d noted, %.0f rows/s", c.mapping, r.Taken, r.Refused, r.Noted, float64(r.Read)/time.Since(started).Seconds())
			if r.Read != c.want || r.Taken != c.want || r.Refused != 0 {
				t.Errorf("%s: %d read, %d taken, %d refused: %+v", c.mapping, r.Read, r.Taken, r.Refused, r.Refusals)
			}
			again := imported(t, w, builtin(t, c.mapping), c.rows)
			if again.Taken != 0 || again.Existing != c.want {
				t.Errorf("%s again: %d taken, %d there", c.mapping, again.Taken, again.Existing)
			}
		}
		checkPingshan(t, w)
		checkChains(t, w)
	})
}

// flagged is what the file itself says about a unit, read by a loop that shares nothing with the importer.
type flagged struct{ onTime, late, neither int }

func pingshanFlags(t *testing.T) (all flagged, units map[string]flagged) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(datatest.Read(t, "pingshan/events_dev.csv")), "\ufeff")))
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range lines[0] {
		at[name] = i
	}
	units = map[string]flagged{}
	for _, l := range lines[1:] {
		u := units[l[at["DISPOSE_UNIT_NAME"]]]
		switch in, over := l[at["INTIME_ARCHIVE_NUM"]], l[at["OVERTIME_ARCHIVE_NUM"]]; {
		case in == "1" && over == "0":
			all.onTime, u.onTime = all.onTime+1, u.onTime+1
		case in == "0" && over == "1":
			all.late, u.late = all.late+1, u.late+1
		default:
			all.neither, u.neither = all.neither+1, u.neither+1
		}
		units[l[at["DISPOSE_UNIT_NAME"]]] = u
	}
	return all, units
}

// checkPingshan compares the legs' outcomes and the kept counts with the file's own marks, in all and by unit, and the
// times of the legs with both.
func checkPingshan(t *testing.T, w *hotlinetest.World) {
	want, units := pingshanFlags(t)
	if want.onTime+want.late+want.neither != 7000 || want.neither != 2 {
		t.Fatalf("the file's marks: %+v", want)
	}
	names := map[string]string{}
	tree, err := w.Org.UnitTree(w.System())
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range tree {
		names[u.ID] = u.Name
	}
	type legRow struct {
		Unit      string        `db:"unit_id"`
		Outcome   string        `db:"outcome"`
		Due       clock.Instant `db:"due"`
		Submitted clock.Instant `db:"submitted_at"`
	}
	var got flagged
	byUnit := map[string]flagged{}
	err = w.DB.Read(context.Background(), func(tx *store.Tx) error {
		err := store.Each(tx, func(l *legRow) error {
			u := byUnit[names[l.Unit]]
			switch {
			case l.Outcome == hotline.OnTime && l.Submitted <= l.Due:
				got.onTime, u.onTime = got.onTime+1, u.onTime+1
			case l.Outcome == hotline.Late && l.Submitted > l.Due:
				got.late, u.late = got.late+1, u.late+1
			default:
				got.neither, u.neither = got.neither+1, u.neither+1
			}
			byUnit[names[l.Unit]] = u
			return nil
		}, `SELECT l.unit_id, l.outcome, l.due, l.submitted_at FROM hotline_leg l JOIN hotline_ticket t ON t.centre_id = l.centre_id AND t.id = l.ticket_id
			WHERE l.centre_id = $1 AND t.source = '坪山民生诉求'`, w.Centre)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("outcomes %+v, the file says %+v", got, want)
	}
	checkPingshanFigures(t, w, want, units, names)
	for name, f := range units {
		if name == "-" {
			name = "未注明承办单位"
		}
		if byUnit[name] != f {
			t.Errorf("%s: %+v, the file says %+v", name, byUnit[name], f)
		}
	}
}

// 2,000 rows a second is the least that an import of a prefecture's year must do; the bound here leaves room for a busy
// machine and for the race detector.
func TestImportSpeed(t *testing.T) {
	rows := datatest.Read(t, "pingshan/events_dev.csv")
	w := hotlinetest.Open(t, store.SQLite)
	ctx, m := w.As(t, org.RoleDispatcher), builtin(t, "pingshan")
	m.Units.Create = false
	delete(m.Fields, "unit")
	started := time.Now()
	r, err := w.Hotline.Import(ctx, m, reader(t, "file", rows), hotline.ImportOptions{})
	if err != nil || r.Taken != 7000 {
		t.Fatalf("%+v %v", r, err)
	}
	speed := 7000 / time.Since(started).Seconds()
	t.Logf("%.0f rows/s", speed)
	if speed < 150 {
		t.Errorf("%.0f rows/s", speed)
	}
}

package hotline_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/metric"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// archived gives the record of an archived ticket.
func archived(t *testing.T, w *hotlinetest.World, no string) archive.Record {
	t.Helper()
	list, _, err := w.Archive.Records(w.As(t, org.RoleOffice), archive.Filter{No: no})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d records of %s, %v", len(list), no, err)
	}
	return list[0]
}

// packed exports a record as its page does.
func packed(t *testing.T, w *hotlinetest.World, id string) []byte {
	t.Helper()
	r, b, err := w.Archive.Take(w.As(t, org.RoleOffice), id)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	_, err = archive.WritePackage(&out, r, b, func(e archive.Enclosure) (io.ReadCloser, error) {
		return w.Blobs.Open(blob.Blob{CentreID: w.Centre, ID: e.BlobID, SHA256: e.SHA256, Size: e.Size})
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Tickets are archived by themselves when they have been over for the quiet period, however they ended.
func TestTheQuietPeriod(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		closed, refused, open := w.Ticket(t, hotline.Closed), w.Ticket(t, hotline.Refused), w.Ticket(t, hotline.Callback)
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return hotline.ScheduleArchive(tx, w.Centre) }); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			at   string
			want int64
		}{{"2026-05-23 23:00", 0}, {"2026-05-24 01:01", 2}} {
			w.Set(step.at)
			w.RunJobs(t)
			n := int64(0)
			for _, o := range []hotline.Ticket{closed, refused, open} {
				if w.Get(t, o.ID).ArchivedAt != 0 {
					n++
				}
			}
			if n != step.want {
				t.Errorf("%s: %d archived, want %d", step.at, n, step.want)
			}
		}
		if d := w.Get(t, closed.ID); d.State != hotline.Archived {
			t.Errorf("a closed ticket became %s", d.State)
		}
		if d := w.Get(t, refused.ID); d.State != hotline.Refused {
			t.Errorf("a refused ticket became %s", d.State)
		}
		if _, err := w.Hotline.Comment(w.As(t, org.RoleAgent), hotlinetest.Command(refused), "补充"); !errors.Is(err, hotline.ErrArchived) {
			t.Errorf("a remark on an archived ticket: %v", err)
		}
		if _, err := w.Hotline.Archive(w.As(t, org.RoleShiftLead), hotlinetest.Command(refused)); !errors.Is(err, hotline.ErrArchived) {
			t.Errorf("archived twice: %v", err)
		}
		if r, err := w.Hotline.Check(w.System()); err != nil || len(r.Faults) > 0 {
			t.Errorf("%s%v", r.String(), err)
		}
	})
}

// A backlog is archived by night one batch after the other, by day with pauses, so that the desks do not wait.
func TestABacklogLeavesTheDayToTheDesks(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		const n = 45
		for range n {
			w.Ticket(t, hotline.Refused)
		}
		if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return hotline.ScheduleArchive(tx, w.Centre) }); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			at   string
			want int
		}{{"2026-06-20 10:00", 20}, {"2026-06-20 10:01", 40}, {"2026-06-21 01:00", n}} {
			w.Set(step.at)
			w.RunJobs(t)
			list, _, err := w.Archive.Records(w.As(t, org.RoleOffice), archive.Filter{Limit: n})
			if err != nil || len(list) != step.want {
				t.Errorf("%s: %d archived, want %d: %v", step.at, len(list), step.want, err)
			}
		}
	})
}

// A package holds the whole ticket and proves itself: files, content sum, and the chain of events.
func TestAPackageProvesItself(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.MoveTo(t, w.Ticket(t, hotline.Draft, func(in *hotline.RegisterInput) { in.Files = picture(t, w, "漏水.png") }), hotline.Archived)
		r := archived(t, w, o.No)
		data := packed(t, w, r.ID)
		rep, err := archive.Verify(bytes.NewReader(data), int64(len(data)))
		if err != nil || len(rep.Faults) > 0 || rep.Manifest.ContentSM3 != r.ContentSM3 {
			t.Fatalf("%+v, %v", rep.Faults, err)
		}
		if faults := hotline.VerifyArchive(rep); len(faults) > 0 {
			t.Error(faults)
		}
		for name, want := range map[string]string{"caller.json": "13800000001", "summary.json": "来电人", "events.json": "text_seal", "legs.json": "管道阀门故障", "attachments.json": "漏水.png"} {
			if !strings.Contains(string(rep.Contents[name]), want) {
				t.Errorf("%s does not say %s", name, want)
			}
		}
		if rep.Files != r.Files || !slices.ContainsFunc(rep.Manifest.Files, func(f archive.FileSum) bool { return f.Name == "attachments/01-漏水.png" }) {
			t.Errorf("files %+v", rep.Manifest.Files)
		}
		rep.Contents["events.json"] = bytes.Replace(rep.Contents["events.json"], []byte(w.Unit.ID), []byte(w.Other.ID), 1)
		if len(hotline.VerifyArchive(rep)) == 0 {
			t.Error("a changed event is not seen")
		}
		events := w.Get(t, o.ID).Events
		if last := events[len(events)-1]; last.Action != hotline.ActArchive || !strings.Contains(last.Data, r.ContentSM3) {
			t.Errorf("the event of archiving holds %s", last.Data)
		}
	})
}

// secrets are what must be found nowhere once a ticket is destroyed; each is written in a different place.
var secrets = []string{"诸葛试名", "13911112222", "独一无二的标题甲", "独一无二的内容乙", "独一无二的地址丙", "独一无二的答复丁", "独一无二的说明戊", "独一无二的备注己", "独一无二的原因庚", "独一无二的附件辛"}

// marked lives a life that writes every secret somewhere, and archives it.
func marked(t *testing.T, w *hotlinetest.World) hotline.Ticket {
	t.Helper()
	o := w.MoveTo(t, w.Ticket(t, hotline.Draft, func(in *hotline.RegisterInput) {
		in.Name, in.Phone, in.Title, in.Content, in.Address = secrets[0], secrets[1], secrets[2], secrets[3], secrets[4]
		in.Files = picture(t, w, secrets[9]+".png")
	}), hotline.Handling)
	do := func(_ hotline.Ticket, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c := hotlinetest.Command(o)
	do(w.Hotline.Comment(w.As(t, org.RoleAgent), c, secrets[7]))
	do(w.Hotline.AskExtension(w.In(t, w.Unit.ID, org.RoleLiaison), c, 3, secrets[8]))
	do(w.Hotline.DecideExtension(w.As(t, org.RoleSupervisor), c, true, secrets[7]))
	reply := w.Reply()
	reply.Public, reply.Inside = secrets[5], secrets[6]
	do(w.Hotline.Submit(w.In(t, w.Unit.ID, org.RoleUnitHead), c, reply))
	do(w.Hotline.Approve(w.As(t, org.RoleReviewer), c, secrets[7]))
	do(w.Hotline.RecordCallback(w.As(t, org.RoleCallbacker), c, hotline.CallbackResult{Reached: true, Result: hotline.Satisfied, Note: secrets[8]}))
	do(w.Hotline.Close(w.As(t, org.RoleCallbacker), c, ""))
	do(w.Hotline.Archive(w.As(t, org.RoleShiftLead), c))
	return o
}

// found lists where a text stands in the database, in clear or as bytes, as "table.column".
func found(t *testing.T, w *hotlinetest.World, text string) []string {
	t.Helper()
	var out []string
	coded := hex.EncodeToString([]byte(text))
	err := w.DB.Read(context.Background(), func(tx *store.Tx) error {
		tables, err := store.Tables(tx)
		if err != nil {
			return err
		}
		for _, table := range tables {
			if strings.HasPrefix(table.Name, "text_index") || table.Name == "goose_db_version" || strings.HasPrefix(table.Name, "sqlite_") {
				continue
			}
			rows, err := store.Records(tx, "SELECT * FROM "+table.Name)
			if err != nil {
				return fmt.Errorf("%s: %w", table.Name, err)
			}
			for _, r := range rows {
				for column, v := range r {
					if s, ok := v.(string); ok && (strings.Contains(s, text) || strings.Contains(s, coded)) {
						out = append(out, table.Name+"."+column)
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Who called is nowhere in clear, from the first moment on; what people wrote stands where it belongs.
func TestNoPersonalDataInClear(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		marked(t, w)
		for _, s := range []string{secrets[0], secrets[1], secrets[1][3:]} {
			if at := found(t, w, s); len(at) > 0 {
				t.Errorf("%s stands in %v", s, at)
			}
		}
		for _, s := range secrets[2:] {
			if len(found(t, w, s)) == 0 {
				t.Errorf("%s stands nowhere: the test looks in the wrong places", s)
			}
		}
	})
}

// destroyAll lets the records' period pass, and destroys them by two people.
func destroyAll(t *testing.T, w *hotlinetest.World) {
	t.Helper()
	if err := w.DB.WithTx(w.System(), func(tx *store.Tx) error { return archive.Schedule(tx, w.Centre) }); err != nil {
		t.Fatal(err)
	}
	w.Set("2057-01-02 03:00")
	w.RunJobs(t)
	l, err := w.Archive.Propose(w.As(t, org.RoleOffice), archive.ProposeInput{Reason: "保管期满"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Archive.Decide(w.As(t, org.RoleLeader), l.ID, 0, true, ""); err != nil {
		t.Fatal(err)
	}
	w.RunJobs(t)
	inv, err := w.Archive.Inventory(w.As(t, org.RoleOffice), l.ID)
	if err != nil || inv.State != archive.ListDone || inv.Destroyed != l.Records {
		t.Fatalf("%+v, %v", inv.List, err)
	}
}

func figures(t *testing.T, w *hotlinetest.World) string {
	t.Helper()
	p := metric.Month(w.Clock.Now().Date())
	p.From, p.To = 20576, 20576+60 // May and June 2026
	var out []string
	rows, err := w.Figures.Figures(w.System(), figure.Query{Period: p})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, fmt.Sprint(r.Metric, " ", r.Num, "/", r.Den, " ", r.Excluded))
	}
	units, err := w.Figures.FiguresByUnit(w.System(), nil, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		for _, f := range u.Figures {
			out = append(out, fmt.Sprint(u.Unit, " ", f.Metric, " ", f.Num, "/", f.Den))
		}
	}
	return strings.Join(out, "\n")
}

// After the destruction nothing that people wrote and nobody's name is left anywhere: rows, history, index, attachments,
// exports. The chains hold, and the figures are the same.
func TestDestructionTakesOutWhoAndWhat(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := marked(t, w)
		other := w.Ticket(t, hotline.Handling) // somebody else's, open
		before := figures(t, w)
		if hits, _, err := w.Hotline.Search(w.As(t, org.RoleAgent), secrets[3], "", 10); err != nil || len(hits) != 1 {
			t.Fatalf("search before: %d, %v", len(hits), err)
		}
		now := w.Clock.Now()
		destroyAll(t, w)
		w.Clock.Set(now)
		for _, s := range secrets {
			if at := found(t, w, s); len(at) > 0 {
				t.Errorf("%s stands in %v", s, at)
			}
		}
		if hits, _, err := w.Hotline.Search(w.As(t, org.RoleAgent), secrets[3], "", 10); err != nil || len(hits) != 0 {
			t.Errorf("search after: %d, %v", len(hits), err)
		}
		if after := figures(t, w); after != before {
			t.Errorf("figures before:\n%s\nafter:\n%s", before, after)
		}
		if r, err := w.Hotline.Check(w.System()); err != nil || len(r.Faults) > 0 {
			t.Errorf("%s%v", r.String(), err)
		}
		if r, err := audit.Verify(context.Background(), w.DB, w.Centre, nil); err != nil || len(r.Faults) > 0 {
			t.Errorf("audit log: %+v, %v", r.Faults, err)
		}
		d := w.Get(t, o.ID)
		if d.DestroyedAt == 0 || d.CallerName != "" || d.CallerPhone != "" || d.Content != "" || strings.Contains(fmt.Sprint(d), "独一无二") {
			t.Errorf("what is left: %+v", d)
		}
		if w.Get(t, other.ID).CallerPhone == "" {
			t.Error("another caller is gone too")
		}
		if r, err := w.Blobs.Garbage(context.Background(), w.DB, w.Centre, w.Clock.Now()+1); err != nil || len(r) != 1 {
			t.Errorf("files without a row: %v, %v", r, err)
		}
	})
}

// A caller with another ticket that is still needed stays until that one goes too.
func TestACallerStaysWhileNeeded(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		same := func(in *hotline.RegisterInput) { in.Name, in.Phone = secrets[0], secrets[1] }
		first, second := w.Ticket(t, hotline.Archived, same), w.Ticket(t, hotline.Handling, same)
		destroyAll(t, w)
		if d := w.Get(t, second.ID); d.CallerPhone != "139****2222" {
			t.Errorf("the caller of an open ticket shows as %q", d.CallerPhone)
		}
		if d := w.Get(t, first.ID); d.CallerPhone != "" {
			t.Errorf("the caller of a destroyed ticket shows as %q", d.CallerPhone)
		}
		if _, err := w.Hotline.RevealCaller(w.As(t, org.RoleAgent), first.ID); !errors.Is(err, hotline.ErrNotFound) {
			t.Errorf("the caller of a destroyed ticket: %v", err)
		}
		if !actor.From(w.As(t, org.RoleAgent)).Can(hotline.PermReadPersonal) {
			t.Error("the agent may see no caller at all: the test proves nothing")
		}
	})
}

// aboutTickets are the tables with a ticket_id whose texts are all codes, ids and sums, or that live only for minutes.
var aboutTickets = map[string]string{
	"hotline_presence": "who has the ticket open, for minutes", "hotline_call_claim": "who calls back, for minutes", "hotline_advice": "codes that were suggested and chosen",
	"hotline_topic_ticket": "ids; the topic's own words go with the ticket",
}

// codes are the columns of tables with rows about a ticket that hold no word of anybody: ids, codes, names of states.
var codes = strings.Fields(`centre_id id no ticket_id ticket_no other_id leg_id parent_leg unit_id state kind channel urgency category area title confidential caller_id accused_unit upstream_ref
	source source_ref close_kind created_by merged_into event_hash role sign_limit course outcome solved dispatched_by actor_id result attitude reason_code adjudication about audience seen_by office_seen_by
	duty_seen_by answered_by lifted_by duty media_type by_user ground review_on other_unit callback_id asked_by decided_by finding ended_by cause raised_from opened_by replied_by closed_by person_id user_id cites drafted_by kept_id`)

// Every text column of a table about tickets is emptied by the destruction, is a code, or belongs to the history. A new
// column or table fails here until somebody has decided what becomes of it when a ticket is destroyed.
func TestEveryColumnIsPlaced(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	emptied := map[string]bool{}
	for table, columns := range hotline.RedactedColumns() {
		for _, c := range columns {
			emptied[table+"."+c] = true
		}
	}
	err := w.DB.Read(context.Background(), func(tx *store.Tx) error {
		texts, err := store.Select[string](tx, `SELECT m.name || '.' || p.name FROM sqlite_schema m JOIN pragma_table_info(m.name) p
			WHERE m.type = 'table' AND m.name LIKE 'hotline%' AND p.type IN ('TEXT', 'BLOB')
			AND (m.name = 'hotline_ticket' OR EXISTS (SELECT 1 FROM pragma_table_info(m.name) x WHERE x.name = 'ticket_id'))`)
		for _, name := range texts {
			table, column, _ := strings.Cut(name, ".")
			if !emptied[name] && aboutTickets[table] == "" && table != "hotline_event" && !slices.Contains(codes, column) {
				t.Errorf("%s: say in redactions that it is emptied, or here that it is a code", name)
			}
		}
		if len(texts) < 60 {
			t.Errorf("only %d columns were found", len(texts))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

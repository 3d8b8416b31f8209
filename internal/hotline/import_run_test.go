package hotline_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/store"
)

// pingshan is a file of n rows as the mapping of that name reads them, one of them wrong.
func pingshan(n int, unit string) []byte {
	var b strings.Builder
	b.WriteString("REC_ID,CREATE_TIME,EVENT_SRC_NAME,EVENT_PROPERTY_NAME,EVENT_TYPE_NAME,MAIN_TYPE_NAME,SUB_TYPE_NAME,STREET_NAME,COMMUNITY_NAME,DISPOSE_UNIT_NAME,INTIME_ARCHIVE_NUM,OVERTIME_ARCHIVE_NUM\n")
	b.WriteString("0,不是时间,@坪山,投诉,市政设施,公用部件,下水井盖,坪山街道,六联社区," + unit + ",1,0\n")
	for i := 1; i < n; i++ {
		fmt.Fprintf(&b, "%d,2018-02-08 15:34:40,@坪山,投诉,市政设施,公用部件,下水井盖,坪山街道,六联社区,%s,1,0\n", i, unit)
	}
	return []byte(b.String())
}

func TestASmallImportIsDoneAtOnce(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		lead := w.As(t, org.RoleShiftLead)
		w.AddUnit(t, "城市管理局", "")
		file := hotline.ImportFile{Name: "坪山.csv", Content: pingshan(5, "城市管理局"), Mapping: "pingshan", DryRun: true, Key: "k1"}
		p, err := w.Hotline.StartImport(lead, file)
		if err != nil || p.State != hotline.ImportDone || p.Report == nil || p.Report.Taken != 4 || p.Report.Refused != 1 || !p.Report.DryRun {
			t.Fatalf("preview %+v, %v", p, err)
		}
		again, err := w.Hotline.StartImport(lead, file)
		if err != nil || again.ID != p.ID {
			t.Errorf("the same key made another import: %s, %v", again.ID, err)
		}
		run, err := w.Hotline.ApplyImport(lead, p.ID, "k2")
		if err != nil || run.State != hotline.ImportDone || run.Report.Taken != 4 || run.Total != 5 {
			t.Fatalf("import %+v, %v", run, err)
		}
		if _, err := w.Hotline.ApplyImport(lead, run.ID, ""); !errors.Is(err, hotline.ErrImportState) {
			t.Errorf("an import was taken for a preview: %v", err)
		}
		if _, err := w.Hotline.ImportRunOf(w.As(t, org.RoleAgent), run.ID); err == nil {
			t.Error("a call-taker sees imports")
		}
		// Nobody is at it any more; after a week nothing is left of it.
		for range 2 {
			w.Clock.Advance(8 * 24 * 3600e9)
			w.RunJobs(t)
		}
		if _, err := w.Hotline.ImportRunOf(lead, run.ID); !errors.Is(err, hotline.ErrImportMissing) {
			t.Errorf("after a week: %v", err)
		}
	})
}

// What a role may not do is said by the preview, and not only by the import.
func TestAPreviewPromisesNoUnitsThatTheReaderMayNotMake(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	file := hotline.ImportFile{Name: "坪山.csv", Content: pingshan(4, "没有这个局"), Mapping: "pingshan", DryRun: true}
	p, err := w.Hotline.StartImport(w.As(t, org.RoleShiftLead), file)
	if err != nil || p.Report.Taken != 0 || p.Report.Refused != 4 || len(p.Report.Units) != 0 {
		t.Fatalf("without the right to make units: %+v, %v", p.Report, err)
	}
	if why := p.Report.Refusals[1].Why; !strings.Contains(why, "没有这个局") || !strings.Contains(why, "办公室或系统管理员") {
		t.Errorf("the reason: %s", why)
	}
	p, err = w.Hotline.StartImport(w.System(), file)
	if err != nil || p.Report.Taken != 3 || len(p.Report.Units) != 1 {
		t.Errorf("with the right: %+v, %v", p.Report, err)
	}
}

// A large file is worked on beside the queue, also after the process that was at it has died, and can be stopped.
func TestALargeImportGoesOnBesideTheQueue(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		lead := w.As(t, org.RoleShiftLead)
		w.AddUnit(t, "城市管理局", "")
		const rows = 3000 // more than what is done at once
		file := hotline.ImportFile{Name: "坪山.csv", Content: pingshan(rows, "城市管理局"), Mapping: "pingshan", DryRun: true}
		p, err := w.Hotline.StartImport(lead, file)
		if err != nil || p.State != hotline.ImportWaiting || p.Report != nil {
			t.Fatalf("%+v, %v", p, err)
		}
		if _, err := w.Hotline.ApplyImport(lead, p.ID, ""); !errors.Is(err, hotline.ErrImportState) {
			t.Errorf("a preview that has not ended was taken in: %v", err)
		}
		w.RunJobs(t)
		w.Beside.Settle()
		if p, err = w.Hotline.ImportRunOf(lead, p.ID); err != nil || p.State != hotline.ImportDone || p.Report.Taken != rows-1 {
			t.Fatalf("%+v, %v", p, err)
		}
		stopped, err := w.Hotline.ApplyImport(lead, p.ID, "")
		if err == nil {
			stopped, err = w.Hotline.StopImport(lead, stopped.ID)
		}
		w.RunJobs(t)
		w.Beside.Settle()
		if stopped, err = w.Hotline.ImportRunOf(lead, stopped.ID); err != nil || stopped.State != hotline.ImportStopped || stopped.Report.Taken != 0 {
			t.Errorf("stopped before it began: %+v, %v", stopped.Report, err)
		}
		run, err := w.Hotline.ApplyImport(lead, p.ID, "again")
		if err != nil {
			t.Fatal(err)
		}
		// A process that claimed the import and died: it has beaten once and never again.
		err = w.DB.WithTx(w.System(), func(tx *store.Tx) error {
			_, err := tx.Exec("UPDATE hotline_import SET state = 'running', beat_at = $1 WHERE centre_id = $2 AND id = $3", tx.Now(), w.Centre, run.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		w.RunJobs(t)
		w.Beside.Settle()
		if run, err = w.Hotline.ImportRunOf(lead, run.ID); err != nil || run.State != hotline.ImportRunning {
			t.Fatalf("somebody is at it: %+v, %v", run, err)
		}
		w.Clock.Advance(61e9)
		w.RunJobs(t)
		w.Beside.Settle()
		if run, err = w.Hotline.ImportRunOf(lead, run.ID); err != nil || run.State != hotline.ImportDone || run.Report.Taken != rows-1 || len(run.Report.Refusals) != 1 {
			t.Errorf("taken up again: %+v, %v", run, err)
		}
	})
}

func TestAnImportRefusesWhatIsNoTable(t *testing.T) {
	w := hotlinetest.Open(t, store.SQLite)
	lead := w.As(t, org.RoleShiftLead)
	for name, f := range map[string]hotline.ImportFile{
		"nothing":            {Name: "空.csv", Mapping: "pingshan"},
		"other columns":      {Name: "a.csv", Content: []byte("甲,乙\n1,2\n"), Mapping: "pingshan"},
		"no mapping":         {Name: "a.csv", Content: pingshan(2, "x"), Mapping: "none"},
		"a mapping of words": {Name: "a.csv", Content: pingshan(2, "x"), Mapping: "不是对照", Own: true},
		"too large":          {Name: "a.csv", Content: make([]byte, hotline.ImportFileSize+1), Mapping: "pingshan"},
	} {
		if _, err := w.Hotline.StartImport(lead, f); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if _, err := w.Hotline.StartImport(w.As(t, org.RoleAgent), hotline.ImportFile{}); err == nil {
		t.Error("a call-taker imports")
	}
}

package workforce_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcetest"
)

func scan(name string) []blob.Upload {
	return []blob.Upload{{SHA256: strings.Repeat("ab", 32), Name: name, MediaType: "image/jpeg", Size: 100}}
}

// The proposer puts files to an event while it waits, whoever it is about to the appeal while that waits; others see them by the scope of the
// event, the personnel archive counts them, and with the sheet they are frozen.
func TestFilesOfAScoreEvent(t *testing.T) {
	t.Parallel()
	w := workforcetest.Open(t, store.SQLite)
	m := w.Workforce
	w.Set("2025-12-01 09:00")
	j := w.As(t, org.RoleSupervisor)
	e, err := m.FileScore(w.Z.Ctx, workforce.ScoreInput{Day: clock.MustDate("2025-11-20"), UserID: w.A.ID, Code: "exposure", Text: "被通报", Evidence: "通报 3 号"})
	if err != nil {
		t.Fatal(err)
	}
	if list, err := m.AddScoreFiles(w.Z.Ctx, e.ID, scan("通报.jpg")); err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if _, err := m.AddScoreFiles(j, e.ID, scan("别人的.jpg")); !errors.Is(err, workforce.ErrNotYours) {
		t.Errorf("somebody else added to a proposal: %v", err)
	}
	if _, err := m.AddAppealFiles(w.A.Ctx, e.ID, scan("早了.jpg")); !errors.Is(err, evidence.ErrFrozen) {
		t.Errorf("files of an appeal that is none: %v", err)
	}
	if e, err = m.DecideScore(j, e.ID, e.Version, true, ""); err != nil {
		t.Fatal(err)
	}
	if _, err := m.AddScoreFiles(w.Z.Ctx, e.ID, scan("晚了.jpg")); !errors.Is(err, evidence.ErrFrozen) {
		t.Errorf("files after the decision: %v", err)
	}
	if e, err = m.Appeal(w.A.Ctx, e.ID, e.Version, "不是本人"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.AddAppealFiles(w.B.Ctx, e.ID, scan("同事的.jpg")); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a colleague added to the appeal: %v", err)
	}
	list, err := m.AddAppealFiles(w.A.Ctx, e.ID, scan("值班表.jpg"))
	if err != nil || len(list) != 2 || list[1].Part != workforce.PartAppeal {
		t.Fatal(list, err)
	}
	if _, err := m.OpenScoreFile(w.A.Ctx, e.ID, list[0].ID); err != nil {
		t.Error(err)
	}
	if _, err := m.OpenScoreFile(w.B.Ctx, e.ID, list[0].ID); errs.KindOf(err) != errs.NotFound {
		t.Errorf("a colleague opened a file: %v", err)
	}
	if e, err = m.AnswerAppeal(j, e.ID, e.Version, false, "维持"); err != nil {
		t.Fatal(err)
	}
	lines, _, err := m.Scores(j, workforce.ScoreFilter{Month: november, UserID: w.A.ID})
	if err != nil || len(lines) == 0 || len(lines[0].Files) != 2 {
		t.Errorf("%+v, %v", lines, err)
	}
	lockNovember(t, w)
	for name, add := range map[string]func() error{
		"the proposer": func() error { _, err := m.AddScoreFiles(w.Z.Ctx, e.ID, scan("x.jpg")); return err },
		"the person":   func() error { _, err := m.AddAppealFiles(w.A.Ctx, e.ID, scan("x.jpg")); return err },
	} {
		if err := add(); !errors.Is(err, workforce.ErrLocked) {
			t.Errorf("%s added to a locked sheet: %v", name, err)
		}
	}
	if a, err := m.ArchiveOf(j, w.A.ID); err != nil || len(a.Sheets) != 1 || a.Sheets[0].Files != 2 {
		t.Errorf("the archive counts %+v, %v", a.Sheets, err)
	}
}

// lockNovember takes the sheet of November to its lock.
func lockNovember(t *testing.T, w *workforcetest.World) {
	t.Helper()
	m, j := w.Workforce, w.As(t, org.RoleSupervisor)
	s, err := m.StartRating(j, november)
	if err == nil {
		s, err = m.StartCheck(j, november, s.Version)
	}
	if err != nil {
		t.Fatal(err)
	}
	confirmAll(t, w, november)
	if s, err = m.Show(j, november, s.Version); err != nil {
		t.Fatal(err)
	}
	w.Set("2025-12-05 09:00")
	if _, err = m.Lock(w.As(t, org.RoleLeader), november, s.Version); err != nil {
		t.Fatal(err)
	}
}

package workforce_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/org"
	"yichuang/internal/store"
	"yichuang/internal/workforce"
	"yichuang/internal/workforce/workforcetest"
)

// whileHeld runs do while another transaction has made a change and not committed yet. do must wait for it.
func whileHeld(t *testing.T, w *workforcetest.World, change string, args []any, do func() error) error {
	t.Helper()
	held, release := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
			n, err := tx.Exec(change, args...)
			if n != 1 {
				t.Errorf("%d rows changed: %s", n, change)
			}
			close(held)
			<-release
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
	<-held
	done := make(chan error, 1)
	wg.Go(func() { done <- do() })
	var early error
	waited := true
	select {
	case early = <-done:
		waited = false
	case <-time.After(150 * time.Millisecond):
	}
	close(release)
	wg.Wait()
	if !waited {
		t.Errorf("did not wait for the other transaction: %v", early)
		return early
	}
	return <-done
}

const lockSheet = "UPDATE workforce_sheet SET state = 'locked', version = version + 1 WHERE centre_id = $1 AND month = $2"

// novemberOf is a world of PostgreSQL with a gathered November and a proposal about A, whose source gone silences.
func novemberOf(t *testing.T) (w *workforcetest.World, e workforce.ScoreLine, gone *bool) {
	t.Helper()
	w = workforcetest.Open(t, store.Postgres)
	w.Set("2025-12-01 09:00")
	gone = new(bool)
	w.Workforce.TakeFaults("rating", func(*store.Tx, string, clock.Date, clock.Date) ([]workforce.Fault, error) {
		if *gone {
			return nil, nil
		}
		return []workforce.Fault{{Record: "r1", No: "评价 1", Code: workforce.CodeBadRating, UserID: w.A.ID, Day: clock.MustDate("2025-11-12"), Text: "差评核实"}}, nil
	})
	j := w.As(t, org.RoleSupervisor)
	if _, err := w.Workforce.Gather(j, november); err != nil {
		t.Fatal(err)
	}
	list, _, err := w.Workforce.Scores(j, workforce.ScoreFilter{Month: november, UserID: w.A.ID, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.Source == "rating" {
			return w, l, gone
		}
	}
	t.Fatal("nothing was proposed")
	return w, e, gone
}

// Whoever changes a month while its sheet is being locked waits, and then it is locked for him too.
func TestNothingEntersASheetThatIsBeingLocked(t *testing.T) {
	w, e, _ := novemberOf(t)
	w.As(t, org.RoleOffice) // made before, so that nothing else waits
	for name, do := range map[string]func(t *testing.T) error{
		"appeal": func(*testing.T) error {
			_, err := w.Workforce.Appeal(w.A.Ctx, e.ID, e.Version, "当天在外培训")
			return wantLocked(err)
		},
		"decide": func(t *testing.T) error {
			_, err := w.Workforce.DecideScore(w.As(t, org.RoleSupervisor), e.ID, e.Version, true, "")
			return wantLocked(err)
		},
		"correct": func(t *testing.T) error {
			_, err := w.Workforce.Correct(w.As(t, org.RoleOffice), workforce.CorrectionInput{UserID: w.A.ID, At: clock.MustInstant("2025-11-10 08:30"), Reason: "补"})
			return wantLocked(err)
		},
		"file": func(*testing.T) error {
			ev, err := w.Workforce.FileScore(w.Z.Ctx, workforce.ScoreInput{Day: clock.MustDate("2025-11-20"), UserID: w.A.ID, Code: "bonus", Points: 300, Text: "群众送锦旗", Evidence: "锦旗照片 3 号"})
			if err == nil && ev.Month != clock.MustDate("2025-12-01") {
				err = errors.New("filed into the locked month " + ev.Month.String())
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := whileHeld(t, w, lockSheet, []any{w.Centre, november}, func() error { return do(t) }); err != nil {
				t.Error(err)
			}
			err := w.DB.WithTx(w.System(), func(tx *store.Tx) error {
				_, err := tx.Exec("UPDATE workforce_sheet SET state = 'gather' WHERE centre_id = $1 AND month = $2", w.Centre, november)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		})
	}
}

func wantLocked(err error) error {
	if errors.Is(err, workforce.ErrLocked) {
		return nil
	}
	return errors.Join(errors.New("not refused as locked"), err)
}

// What the gathering finds while a month is being locked comes on the next one, and it voids nothing that somebody is
// declining at the same moment.
func TestTheGatheringWaitsForPeople(t *testing.T) {
	t.Run("lock", func(t *testing.T) {
		w, _, _ := novemberOf(t)
		w.Workforce.TakeFaults("late", func(*store.Tx, string, clock.Date, clock.Date) ([]workforce.Fault, error) {
			return []workforce.Fault{{Record: "x", Code: workforce.CodeComplaint, UserID: w.A.ID, Day: clock.MustDate("2025-11-20"), Text: "投诉后来查实"}}, nil
		})
		j := w.As(t, org.RoleSupervisor)
		if err := whileHeld(t, w, lockSheet, []any{w.Centre, november}, func() error { _, err := w.Workforce.Gather(j, november); return err }); err != nil {
			t.Fatal(err)
		}
		if list, _, err := w.Workforce.Scores(j, workforce.ScoreFilter{Month: clock.MustDate("2025-12-01")}); err != nil || len(list) != 1 {
			t.Errorf("%d events came on the next month, %v", len(list), err)
		}
	})
	t.Run("decide", func(t *testing.T) {
		w, e, gone := novemberOf(t)
		*gone = true
		j := w.As(t, org.RoleSupervisor)
		decline := "UPDATE workforce_score SET state = 'declined', remark = '不属实', version = version + 1 WHERE centre_id = $1 AND id = $2"
		if err := whileHeld(t, w, decline, []any{w.Centre, e.ID}, func() error { _, err := w.Workforce.Gather(j, november); return err }); err != nil {
			t.Fatal(err)
		}
		list, _, err := w.Workforce.Scores(j, workforce.ScoreFilter{Month: november, State: workforce.Declined})
		if err != nil || len(list) != 1 || list[0].Remark != "不属实" || list[0].Version != e.Version+1 {
			t.Errorf("the decision was overwritten: %+v %v", list, err)
		}
	})
}

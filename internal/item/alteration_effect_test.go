package item_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// standing is how the public reads an item today: the sentence of its alteration, whether it is over, and the version shown.
func standing(t *testing.T, w *itemtest.World, id string) (text string, over bool, version string) {
	t.Helper()
	g, err := w.Item.Guide(w.Citizen(), id)
	if err != nil {
		t.Fatal(err)
	}
	if g.Altered != nil {
		text = g.Altered.Text()
	}
	return text, g.Over(), g.Version.ID
}

// on lets a day begin.
func on(w *itemtest.World, day clock.Date) {
	w.Clock.Set(day.Start())
	w.RunJobs()
}

// A resumption that was published for a later day comes on that day although somebody began a new version meanwhile; until then the
// old guide and the reason are shown. The item keeps the trace of both, and its draft stays a draft.
func TestAResumptionComesBesideADraft(t *testing.T) {
	db := storetest.Open(t, store.SQLite, itemtest.Migrations())
	w := itemtest.New(t, db)
	v := w.Publish(itemtest.Permit("24001"), w.Today())
	w.Clock.Advance(time.Hour)
	w.Alter(item.AlterationInput{Kind: item.Pausing, Items: []string{v.ItemID}, Reason: "系统升级"}, clock.NoDate)
	day := w.Today() + 5
	w.Clock.Advance(time.Hour)
	w.Alter(item.AlterationInput{Kind: item.Resuming, Items: []string{v.ItemID}, Reason: "升级完毕"}, day)
	draft, err := w.Item.Revise(w.Head.Ctx, v.ItemID, "压缩时限", "")
	if err != nil {
		t.Fatal(err)
	}
	on(w, day-1)
	if text, over, shown := standing(t, w, v.ItemID); !over || shown != v.ID || !strings.Contains(text, "暂停，原因：系统升级") {
		t.Errorf("before the day: %q %v %s", text, over, shown)
	}
	if _, err := w.InForce(v.ItemID, w.Today()); !strings.Contains(errs.As(err).Public, "系统升级") {
		t.Errorf("the window is told %v", err)
	}
	on(w, day)
	if text, over, shown := standing(t, w, v.ItemID); text != "" || over || shown != v.ID {
		t.Errorf("on the day: %q %v %s", text, over, shown)
	}
	if got, err := w.InForce(v.ItemID, day); err != nil || got.ID != v.ID {
		t.Errorf("not in force: %v", err)
	}
	s, err := w.Item.Sheet(w.Head.Ctx, v.ItemID, "")
	if err != nil || s.Item.State != item.Draft || s.Version.ID != draft.ID {
		t.Errorf("the draft: %s %v", s.Item.State, err)
	}
	var course []string
	for _, x := range s.Steps {
		if x.VersionID == v.ID {
			course = append(course, x.Action.Label()+" "+string(x.From)+"→"+string(x.To)+" "+x.ByName)
		}
	}
	if len(course) != 5 || course[0] != "恢复 suspended→published 系统" || !strings.HasPrefix(course[1], "暂停 published→suspended ") || !strings.Contains(s.Steps[0].Remark, "升级完毕") {
		t.Errorf("the course of the item: %q", course)
	}
	for action, want := range map[string]string{"item.suspend": string(w.Info.Actor.UserID), "item.resume": ""} {
		lines := audited(t, db, w, action, v.ItemID)
		if len(lines) != 1 || want != "" && lines[0] != want {
			t.Errorf("%s was audited %q", action, lines)
		}
	}
	if lines := auditedDetail(t, db, w, "item.alteration.publish"); len(lines) != 2 || !strings.Contains(lines[0], v.ItemID) {
		t.Errorf("the audit lines of the alterations: %q", lines)
	}
}

// audited gives who is named by the audit lines of an action with an item.
func audited(t *testing.T, db *store.DB, w *itemtest.World, action, object string) []string {
	t.Helper()
	return lines(t, db, w, "SELECT actor_id FROM audit_log WHERE centre_id = $1 AND action = $2 AND object = $3", w.Centre, action, object)
}

func auditedDetail(t *testing.T, db *store.DB, w *itemtest.World, action string) []string {
	t.Helper()
	return lines(t, db, w, "SELECT detail FROM audit_log WHERE centre_id = $1 AND action = $2", w.Centre, action)
}

func lines(t *testing.T, db *store.DB, w *itemtest.World, query string, args ...any) (out []string) {
	t.Helper()
	err := db.Read(w.System(), func(tx *store.Tx) (err error) {
		out, err = store.Select[string](tx, query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// A pause or a cancellation that is announced is not undone by a new version: it is not published over it, and what the public reads
// in the guide is what stands in the list of changes.
func TestNoVersionIsPublishedOverAnAnnouncedEnd(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	for code, kind := range map[string]item.AlterationKind{"25001": item.Pausing, "25002": item.Cancelling} {
		v := w.Publish(itemtest.Permit(code), w.Today())
		w.Clock.Advance(time.Hour)
		if kind == item.Cancelling { // a draft that was given up does not hide what was published
			draft := w.Must(w.Item.Revise(w.Head.Ctx, v.ItemID, "改一改", ""))
			w.Must(w.Item.Move(w.Head.Ctx, draft.ID, draft.Revision, item.Discard, item.Change{}))
		}
		day := w.Today() + 10
		w.Alter(item.AlterationInput{Kind: kind, Items: []string{v.ItemID}, Reason: "依据调整"}, day)
		w.Clock.Advance(time.Hour)
		next, err := w.Item.Revise(w.Head.Ctx, v.ItemID, "压缩时限", "")
		if kind == item.Cancelling {
			if !errors.Is(err, item.ErrWrongState) {
				t.Errorf("a cancelled item was revised: %v", err)
			}
			continue
		}
		next = w.Must(w.Item.Move(w.Head.Ctx, next.ID, next.Revision, item.Submit, item.Change{}))
		next = w.Must(w.Item.Move(w.Second.Ctx, next.ID, next.Revision, item.Pass, item.Change{}))
		for _, from := range []clock.Date{w.Today(), day + 5} {
			_, err = w.Item.Move(w.Info.Ctx, next.ID, next.Revision, item.Publish, item.Change{Day: from})
			if !errors.Is(err, item.ErrWrongState) || !strings.Contains(errs.As(err).Public, "自 "+day.String()+" 起暂停") {
				t.Errorf("published from %s over the pause: %v", from, err)
			}
		}
		if text, over, _ := standing(t, w, v.ItemID); over || !strings.Contains(text, "自 "+day.String()+" 起暂停") {
			t.Errorf("the guide says %q", text)
		}
		on(w, day)
		next = w.Must(w.Item.Move(w.Info.Ctx, next.ID, next.Revision, item.Publish, item.Change{Day: day + 5}))
		if text, over, shown := standing(t, w, v.ItemID); !over || shown != v.ID || text == "" {
			t.Errorf("paused with a new version to come: %q %v", text, over)
		}
		on(w, day+5)
		if text, over, shown := standing(t, w, v.ItemID); over || shown != next.ID || text != "" {
			t.Errorf("the new version: %q %v", text, over)
		}
		w.Clock.Advance(time.Hour)
		w.Alter(item.AlterationInput{Kind: item.Cancelling, Items: []string{v.ItemID}, Reason: "依据废止"}, w.Today()+3)
		if text, over, _ := standing(t, w, v.ItemID); over || !strings.Contains(text, "取消") {
			t.Errorf("to be cancelled after the pause was over: %q %v", text, over)
		}
	}
}

// Of several published alterations the newest whose day has come counts, else the nearest to come; what begins after an announced
// resumption is refused.
func TestWhichAlterationTheGuideTells(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	v := w.Publish(itemtest.Permit("26001"), w.Today())
	start := w.Today()
	alter := func(kind item.AlterationKind, day clock.Date) error {
		w.Clock.Advance(time.Minute)
		x, err := w.Item.Alter(w.Head.Ctx, item.AlterationInput{Kind: kind, Items: []string{v.ItemID}, Reason: "第 " + (day - start).String(), Day: &day})
		if err != nil {
			return err
		}
		w.AlterThrough(x, day)
		return nil
	}
	told := func(want string, over bool) {
		t.Helper()
		text, is, _ := standing(t, w, v.ItemID)
		if is != over || want == "" && text != "" || !strings.Contains(text, want) {
			t.Errorf("%s: %q %v, want %s %v", w.Today(), text, is, want, over)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(alter(item.Pausing, start+20))
	told("暂停", false)
	must(alter(item.Resuming, start)) // the pause to come is given up
	told("", false)
	must(alter(item.Pausing, start+2))
	must(alter(item.Resuming, start+6))
	if err := alter(item.Resuming, start+8); !errors.Is(err, item.ErrDay) {
		t.Errorf("resumed twice: %v", err)
	}
	if err := alter(item.Cancelling, start+8); !errors.Is(err, item.ErrDay) {
		t.Errorf("cancelled after the resumption that is to come: %v", err)
	}
	told("暂停", false)
	on(w, start+3)
	told("暂停", true)
	on(w, start+6)
	told("", false)
	must(alter(item.Cancelling, start+10))
	told("取消", false)
	on(w, start+10)
	told("取消", true)
}

// The draft of a successor is made from what was published, not from a draft that was given up.
func TestASuccessorSaysWhatWasPublished(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	v := w.Publish(itemtest.Permit("27001"), w.Today())
	draft := w.Must(w.Item.Revise(w.Head.Ctx, v.ItemID, "试改", ""))
	c := itemtest.Permit("27001")
	c.Promise.N, c.Conditions = 8, []string{"没有通过的条件"}
	draft = w.Must(w.Item.Save(w.Head.Ctx, draft.ID, draft.Revision, c))
	w.Must(w.Item.Move(w.Head.Ctx, draft.ID, draft.Revision, item.Discard, item.Change{}))
	x, err := w.Item.Alter(w.Head.Ctx, item.AlterationInput{Kind: item.Splitting, Items: []string{v.ItemID}, Reason: "分开", Successors: []item.Successor{{"27002", "甲"}, {"27003", "乙"}}})
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := w.Item.AlterationSheet(w.Head.Ctx, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sheet.Successors {
		got, err := w.Item.Sheet(w.Head.Ctx, s.ID, "")
		if err != nil || got.Content.Promise.N != 10 || slices.Contains(got.Content.Conditions, "没有通过的条件") {
			t.Errorf("%s: %+v %v", s.Name, got.Content.Promise, err)
		}
	}
	next := w.Must(w.Item.Revise(w.Head.Ctx, v.ItemID, "再改", ""))
	if again, err := next.Content(); err != nil || again.Promise.N != 10 {
		t.Errorf("a new version of the old one: %+v %v", again.Promise, err)
	}
}

// What another transaction writes to a successor at the same time is not lost when the alteration takes its draft a step on.
func TestNoUpdateOfASuccessorIsLost(t *testing.T) {
	db := storetest.Open(t, store.Postgres, itemtest.Migrations())
	w := itemtest.New(t, db)
	v := w.Publish(itemtest.Permit("28001"), w.Today())
	x, err := w.Item.Alter(w.Head.Ctx, item.AlterationInput{Kind: item.Splitting, Items: []string{v.ItemID}, Reason: "分开", Successors: []item.Successor{{"28002", "甲"}, {"28003", "乙"}}})
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := w.Item.AlterationSheet(w.Head.Ctx, x.ID)
	if err != nil {
		t.Fatal(err)
	}
	one, done := sheet.Successors[0], make(chan error, 1)
	err = db.WithTx(w.System(), func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE item_item SET source = $1 WHERE centre_id = $2 AND id = $3", "同时改的", w.Centre, one.ID); err != nil {
			return err
		}
		go func() {
			_, err := w.Item.MoveAlteration(w.Head.Ctx, x.ID, x.Version, item.Submit, item.Change{})
			done <- err
		}()
		select {
		case err := <-done:
			return errors.Join(errors.New("it did not wait for the lock"), err)
		case <-time.After(300 * time.Millisecond):
			return nil
		}
	})
	if err = errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	s, err := w.Item.Sheet(w.Head.Ctx, one.ID, "")
	if err != nil || s.Item.Source != "同时改的" || s.Item.State != item.UnitReview {
		t.Errorf("%+v %v", s.Item, err)
	}
}

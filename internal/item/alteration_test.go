package item_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// An item is split into two on a day: both drafts go through the reviews with the change, the old one is received for to the day
// before, then the window and the public are told what to take in its place; what a case pinned stays.
func TestAnItemIsSplit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		old := w.Publish(itemtest.Permit("21001"), w.Today())
		day := w.Today() + 10
		x, err := w.Item.Alter(w.Head.Ctx, item.AlterationInput{Kind: item.Splitting, Items: []string{old.ItemID}, Reason: "按业态分开办理", Day: &day, Successors: []item.Successor{{"21002", "餐饮服务经营许可"}, {"21003", "食品销售经营许可"}}})
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := w.Item.AlterationSheet(w.Head.Ctx, x.ID)
		if err != nil || len(sheet.Successors) != 2 || len(sheet.Unready) != 0 {
			t.Fatalf("%+v %v", sheet, err)
		}
		draft, err := w.Item.Sheet(w.Head.Ctx, sheet.Successors[0].ID, "")
		if err != nil || len(draft.Content.Materials) != 3 || draft.Version.State != item.Draft {
			t.Fatalf("%+v %v", draft.Version, err)
		}
		if _, err := w.Item.Move(w.Head.Ctx, draft.Version.ID, draft.Version.Revision, item.Submit, item.Change{}); !errors.Is(err, item.ErrBound) {
			t.Errorf("a part went alone: %v", err)
		}
		threePeople(t, w, x)
		x = alteration(t, w, x.ID)
		if x.State != item.Published || x.Day != day {
			t.Fatalf("%+v", x)
		}
		for n, code := range map[clock.Date]string{day - 1: "21001", day: ""} {
			v, err := w.InForce(old.ItemID, n)
			if code == "" != errors.Is(err, item.ErrNotInForce) {
				t.Errorf("%s: version %d, %v", n, v.No, err)
			}
			if code == "" && (!strings.Contains(errs.As(err).Public, "拆分为“餐饮服务经营许可”（21002）、“食品销售经营许可”（21003）") || !slices.Equal(errs.As(err).Detail["successors"].([]string), []string{"21002", "21003"})) {
				t.Errorf("the window is told %q", errs.As(err).Public)
			}
		}
		for _, s := range sheet.Successors {
			if _, err := w.InForce(s.ID, day-1); !errors.Is(err, item.ErrNotInForce) {
				t.Errorf("%s is in force before its day: %v", s.Name, err)
			}
			if _, err := w.InForce(s.ID, day); err != nil {
				t.Errorf("%s: %v", s.Name, err)
			}
		}
		if g, err := w.Item.Guide(w.Citizen(), old.ItemID); err != nil || !g.InForce || g.Over() || g.Altered == nil || len(g.Altered.Successors) != 2 {
			t.Errorf("the guide before the day: %+v %v", g.Altered, err)
		}
		w.Clock.Set(day.Start())
		w.RunJobs()
		g, err := w.Item.Guide(w.Citizen(), old.ItemID)
		if err != nil || g.InForce || !g.Over() || g.Content.Name == "" {
			t.Errorf("the guide after the day: %+v %v", g.Altered, err)
		}
		if list, _, err := w.Item.Guides(w.Citizen(), item.GuideFilter{}); err != nil || len(list) != 2 || slices.ContainsFunc(list, func(r item.GuideRow) bool { return r.ItemID == old.ItemID }) {
			t.Errorf("guides that are found: %+v %v", list, err)
		}
		if list, _, err := w.Item.PublishedAlterations(w.Citizen(), ""); err != nil || len(list) != 1 || list[0].Text() == "" {
			t.Errorf("what is announced: %+v %v", list, err)
		}
		if list, _, err := w.Item.PublishedAlterations(itemtest.Stranger(w), ""); err != nil || len(list) != 0 {
			t.Errorf("another centre announces it: %+v %v", list, err)
		}
		pinned := w.Version(old.ID)
		if c, err := pinned.Content(); err != nil || !pinned.Intact() || c.Promise.N != 10 {
			t.Errorf("what a case pinned changed: %v", err)
		}
		if _, err := w.Item.Revise(w.Head.Ctx, old.ItemID, "再来", ""); !errors.Is(err, item.ErrWrongState) {
			t.Errorf("a split item was revised: %v", err)
		}
	}, itemtest.Migrations()...)
}

// threePeople takes an alteration to its publication and tries at each desk whoever must not.
func threePeople(t *testing.T, w *itemtest.World, x item.Alteration) {
	t.Helper()
	move := func(who orgtest.Person, act item.Action, in item.Change) error {
		_, err := w.Item.MoveAlteration(who.Ctx, x.ID, alteration(t, w, x.ID).Version, act, in)
		return err
	}
	refused := func(who orgtest.Person, act item.Action, want errs.Kind) {
		t.Helper()
		if err := move(who, act, item.Change{}); errs.KindOf(err) != want {
			t.Errorf("%s: %v", act, err)
		}
	}
	pass := func(who orgtest.Person, act item.Action, in item.Change) {
		t.Helper()
		if err := move(who, act, in); err != nil {
			t.Fatal(act, err)
		}
	}
	refused(w.Info, item.Publish, errs.Conflict)
	refused(w.Foreign, item.Submit, errs.NotFound)
	pass(w.Head, item.Submit, item.Change{})
	refused(w.Head, item.Pass, errs.Conflict)
	refused(w.Info, item.Pass, errs.Forbidden)
	pass(w.Second, item.Pass, item.Change{})
	refused(w.Second, item.Publish, errs.Forbidden)
	refused(w.Info, item.Return, errs.Invalid)
	pass(w.Info, item.Return, item.Change{Reason: "名称不规范"})
	pass(w.Head, item.Submit, item.Change{})
	pass(w.Second, item.Pass, item.Change{})
	pass(w.Info, item.Publish, item.Change{})
	refused(w.Head, item.Discard, errs.Conflict)
}

func alteration(t *testing.T, w *itemtest.World, id string) item.Alteration {
	t.Helper()
	s, err := w.Item.AlterationSheet(w.Head.Ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return s.Alteration
}

// Several items become one; what is refused changes nothing, and what was given up may be drafted again under the same code.
func TestItemsAreMergedAndRefusals(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	a, b, draft := w.Publish(itemtest.Permit("22001"), w.Today()), w.Publish(itemtest.Permit("22002"), w.Today()), w.In(item.Draft)
	other := publishOf(t, w)
	late, one := w.Today()-1, []item.Successor{{"22003", "食品经营许可（合并）"}}
	two := append(one, item.Successor{Code: "22004", Name: "又一个"})
	for name, in := range map[string]item.AlterationInput{
		"no reason":            {Kind: item.Cancelling, Items: []string{a.ItemID}},
		"no kind":              {Kind: "delete", Items: []string{a.ItemID}, Reason: "试"},
		"two at once":          {Kind: item.Pausing, Items: []string{a.ItemID, b.ItemID}, Reason: "试"},
		"merged alone":         {Kind: item.Merging, Items: []string{a.ItemID}, Successors: one, Reason: "试"},
		"merged into two":      {Kind: item.Merging, Items: []string{a.ItemID, b.ItemID}, Successors: two, Reason: "试"},
		"split into one":       {Kind: item.Splitting, Items: []string{a.ItemID}, Successors: one, Reason: "试"},
		"cancelled into one":   {Kind: item.Cancelling, Items: []string{a.ItemID}, Successors: one, Reason: "试"},
		"one code twice":       {Kind: item.Splitting, Items: []string{a.ItemID}, Successors: append(one, one...), Reason: "试"},
		"into itself":          {Kind: item.Merging, Items: []string{a.ItemID, b.ItemID}, Successors: []item.Successor{{Code: "22001"}}, Reason: "试"},
		"a new one unnamed":    {Kind: item.Merging, Items: []string{a.ItemID, b.ItemID}, Successors: []item.Successor{{Code: "22009"}}, Reason: "试"},
		"another department's": {Kind: item.Merging, Items: []string{a.ItemID, other}, Successors: one, Reason: "试"},
		"a draft":              {Kind: item.Pausing, Items: []string{draft.ItemID}, Reason: "试"},
		"in force, resumed":    {Kind: item.Resuming, Items: []string{a.ItemID}, Reason: "试"},
		"yesterday":            {Kind: item.Cancelling, Items: []string{a.ItemID}, Day: &late, Reason: "试"},
	} {
		if _, err := w.Item.Alter(w.Head.Ctx, in); err == nil || errs.KindOf(err) == errs.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.Item.Alter(w.Window.Ctx, item.AlterationInput{Kind: item.Pausing, Items: []string{a.ItemID}, Reason: "试"}); errs.KindOf(err) != errs.Forbidden {
		t.Errorf("the window drafted: %v", err)
	}
	in := item.AlterationInput{Kind: item.Merging, Items: []string{a.ItemID, b.ItemID}, Successors: one, Reason: "两证合一"}
	x, err := w.Item.Alter(w.Head.Ctx, in)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Item.Alter(w.Head.Ctx, in); !errors.Is(err, item.ErrAltering) {
		t.Errorf("altered twice at once: %v", err)
	}
	if _, err := w.Item.MoveAlteration(w.Head.Ctx, x.ID, x.Version, item.Discard, item.Change{}); err != nil {
		t.Fatal(err)
	}
	if x, err = w.Item.Alter(w.Head.Ctx, in); err != nil {
		t.Fatal("given up and begun again: ", err)
	}
	revised, err := w.Item.Revise(w.Head.Ctx, b.ItemID, "另改", "")
	if err != nil {
		t.Fatal(err)
	}
	if err := publishAlteration(w, x); !errors.Is(err, item.ErrOpenDraft) {
		t.Errorf("merged beside an open version: %v", err)
	}
	revised = w.Must(w.Item.Move(w.Head.Ctx, revised.ID, revised.Revision, item.Discard, item.Change{}))
	if x = alteration(t, w, x.ID); x.State != item.InfoReview {
		t.Fatalf("%+v %s", x, revised.State)
	}
	if x, err = w.Item.MoveAlteration(w.Info.Ctx, x.ID, x.Version, item.Publish, item.Change{}); err != nil || x.Day != w.Today() {
		t.Fatalf("%+v %v", x, err)
	}
	for _, old := range []string{a.ItemID, b.ItemID} {
		if _, err := w.InForce(old, w.Today()); !strings.Contains(errs.As(err).Public, "合并为“食品经营许可（合并）”（22003）") {
			t.Errorf("after merging: %v", err)
		}
	}
}

// publishAlteration tries every step of an alteration and gives the first refusal.
func publishAlteration(w *itemtest.World, x item.Alteration) error {
	for _, step := range []struct {
		ctx context.Context
		act item.Action
	}{{w.Head.Ctx, item.Submit}, {w.Second.Ctx, item.Pass}, {w.Info.Ctx, item.Publish}} {
		var err error
		if x, err = w.Item.MoveAlteration(step.ctx, x.ID, x.Version, step.act, item.Change{}); err != nil {
			return err
		}
	}
	return nil
}

// publishOf makes a published item of the other department.
func publishOf(t *testing.T, w *itemtest.World) string {
	t.Helper()
	_, v, err := w.Item.Create(w.Foreign.Ctx, item.NewItem{UnitID: w.Other.ID, Content: itemtest.Permit("22099")})
	for _, act := range []item.Action{item.Submit, item.Pass, item.Publish} {
		if err == nil {
			v, err = w.Item.Move(w.System(), v.ID, v.Revision, act, item.Change{})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return v.ItemID
}

// A suspended item is resumed on the day that was published, unless it was cancelled before.
func TestResumingWaitsForItsDay(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	for _, cancelled := range []bool{false, true} {
		v := w.Publish(itemtest.Permit(map[bool]string{false: "23001", true: "23002"}[cancelled]), w.Today())
		w.Alter(item.AlterationInput{Kind: item.Pausing, Items: []string{v.ItemID}, Reason: "系统升级"}, clock.NoDate)
		day := w.Today() + 5
		w.Alter(item.AlterationInput{Kind: item.Resuming, Items: []string{v.ItemID}, Reason: "升级完毕"}, day)
		if cancelled {
			w.Alter(item.AlterationInput{Kind: item.Cancelling, Items: []string{v.ItemID}, Reason: "依据废止"}, clock.NoDate)
		}
		if _, err := w.InForce(v.ItemID, w.Today()); !errors.Is(err, item.ErrNotInForce) {
			t.Errorf("resumed before its day: %v", err)
		}
		w.Clock.Set(day.Start())
		w.RunJobs()
		if _, err := w.InForce(v.ItemID, day); errors.Is(err, item.ErrNotInForce) != cancelled || err != nil && !cancelled {
			t.Errorf("cancelled %v: on its day %v", cancelled, err)
		}
	}
}

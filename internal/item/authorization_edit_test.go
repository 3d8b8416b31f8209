package item_test

import (
	"bytes"
	"errors"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/item/itemtest"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// A letter that the office returned is put right and issued anew, by somebody else than who put it right; what is issued is not
// put right.
func TestAReturnedLetterIsPutRight(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := itemtest.New(t, db)
		v := w.Publish(itemtest.Permit("11001"), w.Today())
		in := item.AuthorizationInput{Kind: item.Letter, UnitID: w.Unit.ID, UserID: w.Rep.ID, Powers: []item.Power{item.Examine}, Items: []string{v.ItemID}, From: w.Today(), To: w.Today() + 30, Number: "错误文号"}
		a, err := w.Item.DraftAuthorization(w.Head.Ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		move := func(act item.AuthorizationAction, p orgtest.Person, why string) {
			t.Helper()
			if a, err = w.Item.MoveAuthorization(p.Ctx, a.ID, a.Version, act, why); err != nil {
				t.Fatal(act, err)
			}
		}
		move(item.IssueAuth, w.Second, "")
		in.Number, in.Powers = "市监授〔2025〕9号", []item.Power{item.Examine, item.Decide}
		if _, err := w.Item.CorrectAuthorization(w.Head.Ctx, a.ID, a.Version, in); !errors.Is(err, item.ErrAuthState) {
			t.Fatalf("an issued letter: %v", err)
		}
		move(item.ReturnAuth, w.Office, "文号有误")
		if _, err := w.Item.CorrectAuthorization(w.Head.Ctx, a.ID, a.Version-1, in); !errors.Is(err, store.ErrStale) {
			t.Fatalf("a stale form: %v", err)
		}
		if _, err := w.Item.CorrectAuthorization(w.Rep.Ctx, a.ID, a.Version, in); errs.KindOf(err) != errs.Forbidden {
			t.Fatalf("the grantee: %v", err)
		}
		bad := in
		bad.Items = nil
		if _, err := w.Item.CorrectAuthorization(w.Head.Ctx, a.ID, a.Version, bad); !errors.Is(err, item.ErrAuthInput) {
			t.Fatalf("without items: %v", err)
		}
		if a, err = w.Item.CorrectAuthorization(w.Head.Ctx, a.ID, a.Version, in); err != nil || a.Number != in.Number || !a.Gives(item.Decide, v.ItemID) {
			t.Fatal(a, err)
		}
		if _, err := w.Item.MoveAuthorization(w.Head.Ctx, a.ID, a.Version, item.IssueAuth, ""); !errors.Is(err, item.ErrSamePerson) {
			t.Fatalf("whoever put it right issues it: %v", err)
		}
		move(item.IssueAuth, w.Second, "")
		s, err := w.Item.AuthorizationSheet(w.Office.Ctx, a.ID)
		if err != nil || len(s.Steps) != 4 || s.Steps[1].Action.Label() != "改正" {
			t.Errorf("course %+v, %v", s.Steps, err)
		}
	}, itemtest.Migrations()...)
}

// What is exported line by line is read again and says nothing new.
func TestAnExportByLineIsReadAgain(t *testing.T) {
	w := itemtest.New(t, storetest.Open(t, store.SQLite, itemtest.Migrations()))
	w.Publish(itemtest.Permit("11001"), w.Today())
	var b bytes.Buffer
	if err := item.WriteLines(&b, func(add func([]string) error) error { return w.Item.Export(w.System(), add) }); err != nil {
		t.Fatal(err)
	}
	l, err := readList(t, "list.jsonl", b.String())
	if err != nil {
		t.Fatal(err)
	}
	if p, err := load(t, w, l, false); err != nil || p.Same != 1 || p.Changed+p.New+p.Refused != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

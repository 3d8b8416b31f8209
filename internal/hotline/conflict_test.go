package hotline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

// difference is the field-level difference of a refused change, as the API sends it.
type difference struct {
	Version int64                    `json:"version"`
	Changed []hotline.ChangedField   `json:"changed"`
	Differs []hotline.DifferingField `json:"differs"`
	Since   []hotline.LaterEvent     `json:"since"`
}

func differenceOf(t *testing.T, err error) (difference, map[string]hotline.ChangedField) {
	t.Helper()
	if !errors.Is(err, hotline.ErrVersion) {
		t.Fatalf("not a conflict: %v", err)
	}
	b, err := json.Marshal(errs.As(err).Detail)
	if err != nil {
		t.Fatal(err)
	}
	var d difference
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	fields := map[string]hotline.ChangedField{}
	for _, f := range d.Changed {
		if f.LegID == "" {
			fields[f.Field] = f
		} else {
			fields["leg."+f.Field] = f
		}
	}
	return d, fields
}

func TestAConflictNamesTheFieldsThatDiffer(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		dispatcher, lead := w.As(t, org.RoleDispatcher), w.As(t, org.RoleShiftLead)
		o := w.Ticket(t, hotline.Triage)
		seen := hotline.Command{TicketID: o.ID, Version: o.Version}
		if _, err := w.Hotline.Correct(lead, hotlinetest.Command(o), hotline.Correction{Category: "0402", Title: "暖气片漏水", Urgency: hotline.Urgent}, "听录音更正"); err != nil {
			t.Fatal(err)
		}
		_, err := w.Hotline.Dispatch(dispatcher, seen, hotline.DispatchInput{UnitID: w.Unit.ID, Classify: hotline.Classify{Category: "0301", Urgency: hotline.Urgent}})
		d, fields := differenceOf(t, err)
		if d.Version != o.Version+1 || len(d.Since) != 1 || d.Since[0].Action != hotline.ActCorrect || d.Since[0].By == "" {
			t.Errorf("%+v", d)
		}
		for field, want := range map[string][2]string{"category": {"0101", "0402"}, "title": {"小区暖气不热", "暖气片漏水"}, "urgency": {"普通", "紧急"}} {
			if f := fields[field]; fmt.Sprint(f.Was, f.Now) != want[0]+" "+want[1] && fmt.Sprint(f.Was)+fmt.Sprint(f.Now) != want[0]+want[1] {
				t.Errorf("%s: %v → %v", field, f.Was, f.Now)
			}
		}
		if len(fields) != 3 {
			t.Errorf("changed: %+v", d.Changed)
		}
		if len(d.Differs) != 1 || d.Differs[0] != (hotline.DifferingField{Field: "category", Now: "0402", Yours: "0301"}) {
			t.Errorf("differs: %+v", d.Differs)
		}
		o = w.MoveTo(t, o, hotline.Handling)
		liaison, head := w.In(t, w.Unit.ID, org.RoleLiaison), w.In(t, w.Unit.ID, org.RoleUnitHead)
		seen = hotline.Command{TicketID: o.ID, Version: o.Version}
		first, second := w.Reply(), w.Reply()
		second.Public = "已更换阀门，请再观察一天。"
		if _, err := w.Hotline.Propose(liaison, hotlinetest.Command(o), first); err != nil {
			t.Fatal(err)
		}
		_, err = w.Hotline.Submit(head, seen, second)
		d, fields = differenceOf(t, err)
		if f := fields["leg.state"]; f.Was != string(hotline.Signed) || f.Now != string(hotline.SignOff) {
			t.Errorf("the leg: %+v", d.Changed)
		}
		if len(d.Differs) != 1 || d.Differs[0].Field != "reply_public" || d.Differs[0].Now != first.Public || d.Differs[0].Yours != second.Public {
			t.Errorf("the reply: %+v", d.Differs)
		}
		if _, err := w.Hotline.Submit(w.In(t, w.Other.ID, org.RoleUnitHead), seen, second); !errors.Is(err, hotline.ErrNotFound) || len(errs.As(err).Detail) != 0 {
			t.Errorf("another unit learns something: %v %v", err, errs.As(err).Detail)
		}
		if _, err := w.Hotline.Sign(liaison, hotline.Command{TicketID: o.ID, Version: o.Version + 9}); errs.As(err).Detail["changed"] != nil {
			t.Errorf("a version that never was: %v", errs.As(err).Detail)
		}
	})
}

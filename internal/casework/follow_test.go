package casework_test

import (
	"context"
	"strings"
	"testing"

	"yichuang/internal/casework"
	"yichuang/internal/casework/caseworktest"
	"yichuang/internal/errs"
	"yichuang/internal/item"
	"yichuang/internal/org"
	"yichuang/internal/org/orgtest"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// again applies for the item once more, as the continuation of a case.
func again(it item.Item, follows string) casework.IntakeInput {
	in := caseworktest.Input(it, "M1", "M2", "M3")
	in.Items[0].Reason, in.Items[0].Follows = "", casework.CaseID(follows)
	return in
}

// An ended case never changes: whoever applies again gets a new case that is linked to it (hall reference §4.1).
func TestAnEndedCaseGoesOnAsANewOne(t *testing.T) {
	caseworktest.Each(t, func(t *testing.T, w *caseworktest.World) {
		m, it := w.Casework, w.Ready(t, online)
		first := w.Receive(t, it)
		_, err := m.Receive(w.Window(t), again(it, first.No))
		wantCode(t, err, "DUPLICATE_OPEN")
		twice := again(it, first.No)
		twice.Items[0].Reason = "另有一处场所"
		_, err = m.Receive(w.Window(t), twice)
		wantCode(t, err, "FOLLOWS")
		if _, err = m.Withdraw(w.Window(t), cmd(first), "申请人撤回"); err != nil {
			t.Fatal(err)
		}
		before := w.Get(t, first.ID)
		w.Set("2025-09-03 10:00")
		got, err := m.Receive(w.Window(t), again(it, " "+strings.ToLower(first.No)))
		if err != nil {
			t.Fatal(err)
		}
		second := w.Get(t, got.Cases[0].ID)
		if len(second.Previous) != 1 || second.Previous[0].No != first.No || !strings.Contains(second.Events[0].Data, string(first.ID)) {
			t.Errorf("the new case follows %+v, event %s", second.Previous, second.Events[0].Data)
		}
		after := w.Get(t, first.ID)
		if after.Version != before.Version || after.EventSeq != before.EventSeq || len(after.Later) != 1 || after.Later[0].No != second.No {
			t.Errorf("the ended case: version %d, %d events, followed by %+v", after.Version, after.EventSeq, after.Later)
		}
		if n := lines(t, w, "casework.taken_up", string(first.ID)); n != 1 {
			t.Errorf("%d audit lines about the case that was taken up", n)
		}
		p, err := m.Track(context.Background(), got.QueryCode, "1234")
		if err == nil {
			t.Error("tracked without a centre", p)
		}
		p, err = m.Track(citizen(w), got.QueryCode, "1234")
		if err != nil || p.Cases[0].Steps[0].Text != "已接件，接续原办件 "+first.No {
			t.Errorf("the applicant sees %+v, %v", p.Cases, err)
		}
		if _, err = m.Withdraw(w.Window(t), cmd(got.Cases[0]), "再次撤回"); err != nil {
			t.Fatal(err)
		}
		_, err = m.Receive(w.Window(t), again(it, first.No))
		wantCode(t, err, "FOLLOWS")
		if err == nil || !strings.Contains(err.Error(), "casework.follows") {
			t.Errorf("the first of a row is taken up twice: %v", err)
		}
		third, err := m.Apply(citizen(w), again(it, second.No)) // online as well
		if err != nil || w.Get(t, third.Cases[0].ID).Previous[0].No != second.No {
			t.Errorf("applied online: %+v, %v", third.Cases, err)
		}
		checked(t, w)
	})
}

// Whose case it is else nobody learns: another applicant, item or centre, and a number that does not exist, are told alike.
func TestOnlyOnesOwnCaseIsTakenUp(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, it, other := w.Casework, w.Ready(t), w.Ready(t)
	ended := w.Receive(t, it)
	if _, err := m.Withdraw(w.Window(t), cmd(ended), "撤回"); err != nil {
		t.Fatal(err)
	}
	stranger := again(it, ended.No)
	stranger.Applicant = party.Applicant{Contact: party.Contact{Name: "别人", Phone: "13993005678"}, IDType: party.ResidentCard, IDNo: "622901198501011234"}
	stranger.Applicant.IDNo = "11010519491231002X"
	said := ""
	for name, in := range map[string]casework.IntakeInput{"another applicant": stranger, "another item": again(other, ended.No), "no such case": again(it, "B20200101-0001"), "no such id": again(it, "0000000000000")} {
		_, err := m.Receive(w.Window(t), in)
		wantCode(t, err, "FOLLOWS")
		if said == "" {
			said = public(err)
		}
		if public(err) != said {
			t.Errorf("%s: told %q", name, public(err))
		}
	}
	// A link that was written past the rules is found.
	got, err := m.Receive(w.Window(t), again(it, ended.No))
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"UPDATE casework_case SET follows = '' WHERE centre_id = $1 AND id = $2", "UPDATE casework_case SET follows = id WHERE centre_id = $1 AND id = $2"} {
		err = w.DB.WithTx(w.System(), func(tx *store.Tx) error {
			_, err := tx.Exec(sql, w.Centre, got.Cases[0].ID)
			return err
		})
		if r, err2 := m.Check(w.System()); err != nil || err2 != nil || len(r.Faults) == 0 {
			t.Errorf("%s goes unnoticed: %v %v", sql, err, err2)
		}
	}
}

// Both sheets show the link to those who see the other case, and to nobody else.
func TestALinkIsSeenByThoseWhoSeeTheCase(t *testing.T) {
	w := caseworktest.Open(t, store.SQLite)
	m, it := w.Casework, w.Ready(t)
	ended := w.Receive(t, it)
	if _, err := m.Withdraw(w.Window(t), cmd(ended), "撤回"); err != nil {
		t.Fatal(err)
	}
	site := orgtest.Site(t, w.Org, w.Centre, "南龙镇便民服务中心")
	town := w.Person(t, "town", orgtest.Where{Unit: w.Unit.ID, Site: site.ID}, org.RoleWindow).Ctx
	got, err := m.Receive(town, again(it, ended.No))
	if err != nil {
		t.Fatal(err)
	}
	s, err := m.Find(town, got.Cases[0].No)
	if err != nil || len(s.Previous) != 0 {
		t.Errorf("the township sees a case of the hall: %+v, %v", s.Previous, err)
	}
	s, err = m.Find(w.Window(t), ended.No)
	if err != nil || len(s.Later) != 0 {
		t.Errorf("the hall sees a case of the township: %+v, %v", s.Later, err)
	}
	s, err = m.Find(w.Approver(t, 1), got.Cases[0].No)
	if err != nil || len(s.Previous) != 1 {
		t.Errorf("the department sees %+v, %v", s.Previous, err)
	}
}

// lines counts the audit lines of an action about an object.
func lines(t *testing.T, w *caseworktest.World, action, object string) int64 {
	t.Helper()
	var n int64
	if err := w.DB.Read(w.System(), func(tx *store.Tx) (err error) {
		n, err = store.Get[int64](tx, "SELECT COUNT(*) FROM audit_log WHERE centre_id = $1 AND action = $2 AND object = $3", w.Centre, action, object)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func public(err error) string {
	if err == nil {
		return ""
	}
	return errs.As(err).Public
}

package advice_test

import (
	"slices"
	"testing"
	"time"

	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

func said(phone, title, content string) func(*hotline.RegisterInput) {
	return func(in *hotline.RegisterInput) {
		in.Phone, in.Title, in.Content, in.Address, in.Category, in.Area = phone, title, content, "", "0201", ""
	}
}

func TestDuplicatesAreFoundInOtherWords(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		old := w.Ticket(t, hotline.Triage, said("13800000009", "红园小区暖气不热", "红园小区二号楼暖气不热，已经好几天了。"))
		w.Clock.Advance(31 * 24 * time.Hour)
		heat := w.Ticket(t, hotline.Triage, said("13800000001", "红园小区暖气不热", "红园小区二号楼二单元暖气片一直是温的，室温只有十四度，家里有老人。"))
		elsewhere := w.Ticket(t, hotline.Triage, said("13800000002", "八坊小区暖气不热", "八坊小区五号楼暖气不热，室内温度不够。"))
		lamp := w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) {
			said("13800000003", "红园小区路灯不亮", "红园小区门口路灯坏了，晚上看不见路。")(in)
			in.Category = "0402"
		})
		secret := w.Ticket(t, hotline.Triage, func(in *hotline.RegisterInput) {
			said("13800000004", "红园小区暖气不热", "红园小区暖气不热，请保密。")(in)
			in.Confidential = hotline.ConfidentialAll
		})
		ctx := w.As(t, org.RoleAgent)
		for _, c := range []struct {
			title, content, category, phone string
			want                            []hotline.TicketID
			not                             []hotline.TicketID
		}{
			{"红园小区三号楼供暖不好", "家住红园小区，暖气片摸着是温的，家里室温十四度。", "", "13900000001", []hotline.TicketID{heat.ID}, []hotline.TicketID{elsewhere.ID, old.ID, secret.ID}},
			{"供暖温度低", "我们楼在红园小区，二单元暖气片是温的，室温只有十四度左右，老人受不了。", "0201", "", []hotline.TicketID{heat.ID}, []hotline.TicketID{elsewhere.ID, lamp.ID}},
			{"八坊小区暖气不热", "八坊小区暖气不热。", "", "", []hotline.TicketID{elsewhere.ID}, []hotline.TicketID{heat.ID, lamp.ID}},
			{"暖气不热", "暖气不热", "", "", nil, []hotline.TicketID{lamp.ID, secret.ID}},
			{"完全无关的一件事", "想问一下医保报销比例。", "", "138 0000 0003", []hotline.TicketID{lamp.ID}, []hotline.TicketID{heat.ID}},
			{"城里公交几点收车", "最后一班公交车几点发车？", "", "", nil, []hotline.TicketID{heat.ID, lamp.ID, elsewhere.ID}},
			{"", "红园小区路灯不亮，晚上黑。", "", "", []hotline.TicketID{lamp.ID}, nil},
			{"", "", "", "", nil, nil},
		} {
			in := hotlinetest.Input(said(c.phone, c.title, c.content))
			in.Category = c.category
			in.Normalize()
			list, err := w.Advice.Duplicates(ctx, in)
			if err != nil {
				t.Fatal(err)
			}
			found := func(id hotline.TicketID) bool {
				return slices.ContainsFunc(list, func(d advice.Duplicate) bool { return d.ID == id })
			}
			for _, id := range c.want {
				if !found(id) {
					t.Errorf("%q: a ticket on the same matter is not found in %+v", c.title+c.content, titles(list))
				}
			}
			for _, id := range c.not {
				if found(id) {
					t.Errorf("%q: another matter is in %+v", c.title+c.content, titles(list))
				}
			}
		}
	})
}

func titles(list []advice.Duplicate) (out []string) {
	for _, d := range list {
		out = append(out, d.Title)
	}
	return out
}

// Lists show the title of a fully confidential ticket only to those who may read about callers in the whole centre.
func TestConfidentialTitlesAreNotInLists(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		o := w.Ticket(t, hotline.Handling, func(in *hotline.RegisterInput) { in.Confidential = hotline.ConfidentialAll })
		plain := w.Ticket(t, hotline.Handling)
		check := func(what string, rows []hotline.Row, err error, want string) {
			t.Helper()
			seen := 0
			for _, r := range rows {
				switch r.ID {
				case o.ID:
					seen++
					if r.Title != want {
						t.Errorf("%s: title %q, want %q", what, r.Title, want)
					}
				case plain.ID:
					seen++
					if r.Title == "" {
						t.Errorf("%s: the title of an ordinary ticket is missing", what)
					}
				}
			}
			if err != nil || seen != 2 {
				t.Errorf("%s: %d of 2 tickets, %v", what, seen, err)
			}
		}
		unit := w.In(t, w.Unit.ID, org.RoleLiaison)
		rows, _, err := w.Hotline.List(unit, hotline.Filter{})
		check("list of a unit", rows, err, "")
		rows, _, err = w.Hotline.Desk(unit, "", "", 50)
		check("desk of a unit", rows, err, "")
		rows, _, err = w.Hotline.List(w.As(t, org.RoleLeader), hotline.Filter{})
		check("list of a leader, who may not read about callers", rows, err, "")
		rows, _, err = w.Hotline.List(w.As(t, org.RoleAgent), hotline.Filter{})
		check("list of a call-taker", rows, err, o.Title)
		if d := w.Get(t, o.ID); d.Title == "" {
			t.Error("the record itself has no title")
		}
	})
}

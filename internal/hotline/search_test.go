package hotline_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
	"yichuang/internal/text"
)

// titled gives a request with its own words.
func titled(title, content, address string) func(*hotline.RegisterInput) {
	return func(in *hotline.RegisterInput) { in.Title, in.Content, in.Address = title, content, address }
}

func marks(parts []text.Segment) string {
	var b strings.Builder
	for _, p := range parts {
		if p.Hit {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

// Scenario 18 (hotline reference §5.5), at the size of a test; text.TestScale has it at 1,000,000.
func TestScenario18SearchFindsExactlyTheWords(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		stories := [][3]string{
			{"反映物业王经理态度差", "西湖建筑公司的王经理不接电话", "B区2栋"},
			{"工地扬尘", "西湖 建筑工地没有围挡", "b区 2栋楼后"},
			{"停水", "小区停水三天", "西湖路"},
			{"经理室漏水", "王先生说经理室在漏水", "A区12栋"},
		}
		var ids []hotline.TicketID
		for _, s := range stories {
			ids = append(ids, w.Ticket(t, hotline.Draft, titled(s[0], s[1], s[2])).ID)
		}
		desk := w.As(t, org.RoleDispatcher)
		for q, want := range map[string][]int{"王经理": {0}, "西湖建筑": {0}, "西湖 建筑": {1, 0}, "水": {3, 2}, "B区2栋": {1, 0}, "Ｂ区２栋": {1, 0}, "2栋": {1, 0}, "12栋": {3}, "标题:停水": {2}, "标题:水": {3, 2},
			"地址:西湖": {2}, "经理 -态度": {3}, "“漏水”": {3}, "龘": nil} {
			found, _, err := w.Hotline.SearchTickets(desk, hotline.SearchFilter{Query: q})
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, f := range found {
				got = append(got, slices.Index(ids, f.ID))
			}
			if !slices.Equal(got, want) {
				t.Errorf("%q finds %v, want %v", q, got, want)
			}
		}
		found, _, _ := w.Hotline.SearchTickets(desk, hotline.SearchFilter{Query: "标题:王经理 2栋"})
		if len(found) != 1 || marks(found[0].TitleParts) != "反映物业[王经理]态度差" || !strings.Contains(marks(found[0].Parts), "[王经理]不接电话　地址：B区[2栋]") {
			t.Errorf("marked: %+v", found)
		}
	})
}

// What is wholly confidential is found by nobody: not by its words, not by those of its reply, not by what is left of a
// page or a cursor; and what becomes confidential later goes out of the index with its replies.
func TestScenario18ConfidentialContentIsNotFound(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		secret := func(in *hotline.RegisterInput) {
			in.Kind, in.Title, in.Content, in.Confidential = hotline.Complaint, "揭帖标题", "揭帖内容蹊跷", hotline.ConfidentialAll
		}
		o := w.Ticket(t, hotline.Handling, secret)
		reply := w.Reply()
		reply.Public = "蹊跷之事已查实"
		if _, err := w.Hotline.Submit(w.In(t, w.Unit.ID, org.RoleUnitHead), hotlinetest.Command(o), reply); err != nil {
			t.Fatal(err)
		}
		open := w.Ticket(t, hotline.Handling, titled("寻常标题", "寻常内容", ""))
		reply.Public = "寻常之事已办妥"
		if _, err := w.Hotline.Submit(w.In(t, w.Unit.ID, org.RoleUnitHead), hotlinetest.Command(open), reply); err != nil {
			t.Fatal(err)
		}
		count := func(who string, q string) (tickets, replies int) {
			t.Helper()
			ctx := w.As(t, who)
			if who == org.RoleUnitHead {
				ctx = w.In(t, w.Unit.ID, who)
			}
			found, next, err := w.Hotline.SearchTickets(ctx, hotline.SearchFilter{Query: q, Limit: 1})
			if err != nil || len(found) == 0 && next != "" {
				t.Errorf("%s, %q: a cursor without a hit, %v", who, q, err)
			}
			said, next, err := w.Hotline.SearchReplies(ctx, hotline.SearchFilter{Query: q, Limit: 1})
			if err != nil || len(said) == 0 && next != "" {
				t.Errorf("%s, replies %q: a cursor without a hit, %v", who, q, err)
			}
			return len(found), len(said)
		}
		for _, who := range []string{org.RoleShiftLead, org.RoleReviewer, org.RoleLeader, org.RoleUnitHead} {
			for _, q := range []string{"揭帖", "蹊跷", "标题:揭帖", "蹊", "-寻常", "-没有的词 揭"} {
				if a, b := count(who, q); a+b > 0 {
					t.Errorf("%s finds a confidential ticket by %q: %d tickets, %d replies", who, q, a, b)
				}
			}
			if a, b := count(who, "寻常"); a != 1 || b != 1 {
				t.Errorf("%s finds %d tickets, %d replies of an ordinary one", who, a, b)
			}
		}
		if _, err := w.Hotline.Correct(w.As(t, org.RoleShiftLead), hotlinetest.Command(open), hotline.Correction{Confidential: hotline.ConfidentialAll}, "来电人要求保密"); err != nil {
			t.Fatal(err)
		}
		if a, b := count(org.RoleShiftLead, "寻常"); a+b != 0 {
			t.Errorf("after it became confidential: %d tickets, %d replies", a, b)
		}
	})
}

func TestRepliesAreFoundByTheirWords(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		submit := func(o hotline.Ticket, words string) hotline.Ticket {
			t.Helper()
			r := w.Reply()
			r.Public = words
			next, err := w.Hotline.Submit(w.In(t, o.UnitID, org.RoleUnitHead), hotlinetest.Command(o), r)
			if err != nil {
				t.Fatal(err)
			}
			return next
		}
		first := submit(w.Ticket(t, hotline.Handling, titled("路灯不亮", "红园路路灯不亮", "红园路")), "已更换灯头，恢复照明。")
		w.Clock.Set(w.Clock.Now() + 24*3600*1000)
		second := submit(w.Ticket(t, hotline.Handling, titled("井盖破损", "红园路井盖破损", "红园路")), "已更换井盖。")
		w.LegTo(t, w.Ticket(t, hotline.Draft), hotline.SignOff) // proposed, not submitted
		desk := w.As(t, org.RoleReviewer)
		cases := []struct {
			f    hotline.SearchFilter
			want []hotline.TicketID
		}{
			{hotline.SearchFilter{Query: "更换"}, []hotline.TicketID{second.ID, first.ID}},
			{hotline.SearchFilter{Query: "答复:灯头"}, []hotline.TicketID{first.ID}},
			{hotline.SearchFilter{Query: "答复：更换 标题:井盖"}, []hotline.TicketID{second.ID}},
			{hotline.SearchFilter{Query: "更换 -地址:红园"}, nil},
			{hotline.SearchFilter{Query: "阀门"}, nil}, // the words of a reply that was not submitted
			{hotline.SearchFilter{Query: "更换", UnitID: w.Other.ID}, nil},
			{hotline.SearchFilter{Query: "更换", From: w.Clock.Now().Date(), To: w.Clock.Now().Date()}, []hotline.TicketID{second.ID}},
			{hotline.SearchFilter{Query: "更换", To: w.Clock.Now().Date() - 1}, []hotline.TicketID{first.ID}},
			{hotline.SearchFilter{Query: "更换", State: hotline.Closed}, nil},
		}
		for _, c := range cases {
			found, _, err := w.Hotline.SearchReplies(desk, c.f)
			if err != nil {
				t.Fatal(err)
			}
			var got []hotline.TicketID
			for _, f := range found {
				got = append(got, f.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%+v finds %d replies, want %d", c.f, len(got), len(c.want))
			}
		}
		// A reply that was sent back and written anew is found by its last words only.
		if _, err := w.Hotline.Reject(w.As(t, org.RoleReviewer), hotline.Command{TicketID: second.ID}, "请写清更换时间"); err != nil {
			t.Fatal(err)
		}
		submit(hotline.Ticket{ID: second.ID, UnitID: w.Unit.ID}, "井盖已于昨日换新。")
		if found, _, _ := w.Hotline.SearchReplies(desk, hotline.SearchFilter{Query: "更换"}); len(found) != 1 {
			t.Errorf("%d replies by the words of a replaced one", len(found))
		}
		if found, _, _ := w.Hotline.SearchReplies(w.In(t, w.Other.ID, org.RoleUnitHead), hotline.SearchFilter{Query: "井盖"}); len(found) != 0 {
			t.Error("another unit finds the reply")
		}
		if found, _, _ := w.Hotline.SearchReplies(w.In(t, w.Unit.ID, org.RoleLiaison), hotline.SearchFilter{Query: "昨日换新"}); len(found) != 1 || found[0].ReplyName != "市住建局" || marks(found[0].Parts) != "井盖已于[昨日换新]。" {
			t.Errorf("the unit finds %+v", found)
		}
	})
}

// A page is full as long as there is something to show, whatever else the words are in; and the pages together are
// everything once.
func TestSearchPagesPassOverWhatTheReaderMayNotSee(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		mine := 0
		for i := range 60 {
			o := w.Ticket(t, hotline.Triage, titled(fmt.Sprintf("漏水 %d", i), "楼上漏水", ""))
			unit := w.Other.ID
			if i%12 == 0 {
				unit, mine = w.Unit.ID, mine+1
			}
			if _, err := w.Hotline.Dispatch(w.As(t, org.RoleDispatcher), hotlinetest.Command(o), hotline.DispatchInput{UnitID: unit}); err != nil {
				t.Fatal(err)
			}
		}
		seen := map[hotline.TicketID]bool{}
		f := hotline.SearchFilter{Query: "漏水", Limit: 2}
		for pages := 0; ; pages++ {
			found, next, err := w.Hotline.SearchTickets(w.In(t, w.Unit.ID, org.RoleLiaison), f)
			if err != nil || pages > 10 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, r := range found {
				if r.UnitID != w.Unit.ID || seen[r.ID] {
					t.Errorf("%s on page %d", r.No, pages)
				}
				seen[r.ID] = true
			}
			if f.After = next; next == "" {
				break
			}
			if len(found) != 2 {
				t.Errorf("page %d has %d", pages, len(found))
			}
		}
		if len(seen) != mine {
			t.Errorf("%d tickets, want %d", len(seen), mine)
		}
		if _, _, err := w.Hotline.SearchTickets(w.As(t, org.RoleAgent), hotline.SearchFilter{Query: "漏水", After: "nonsense"}); err == nil {
			t.Error("a cursor that is none is taken")
		}
		found, _, err := w.Hotline.SearchTickets(w.As(t, org.RoleAgent), hotline.SearchFilter{Query: "漏水", UnitID: w.Unit.ID, State: hotline.Dispatched, Kind: hotline.Help, From: clock.MustDate("2026-05-08"), To: clock.MustDate("2026-05-08")})
		if err != nil || len(found) != mine {
			t.Errorf("with every filter: %d, %v", len(found), err)
		}
	})
}

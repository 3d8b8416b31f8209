package hotline_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/org"
)

func TestDeidentify(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"请联系13800001234或0930-6210000", "请联系（电话）或（电话）"},
		{"电话：138-0000-1234，邮箱 a.b@c.gov.cn", "电话：（电话），邮箱 （邮箱）"},
		{"身份证622901199001011234办理", "身份证（证件号）办理"},
		{"甘N12345乱停车", "（车牌）乱停车"},
		{"我叫张小明，住在红园小区3号楼2单元501室", "我叫某，住在红园小区（门牌）"},
		{"联系人：马丽", "联系人：某"},
		{"城北街道红园路路灯不亮三天", "城北街道红园路路灯不亮三天"},
		{"B区2栋水压低", "B区2栋水压低"},
		{"", ""},
	} {
		if got := hotline.Deidentify(c.in); got != c.want {
			t.Errorf("%q\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

// FuzzDeidentify: what has been de-identified holds no run of eleven digits, and doing it again changes nothing.
func FuzzDeidentify(f *testing.F) {
	for _, s := range []string{"13800001234", "我叫我叫张三", "王先生先生", "1单元101", "甘N123456", "a@b.c@d.e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := hotline.Deidentify(s)
		run := 0
		for _, r := range once {
			if run++; r < '0' || r > '9' {
				run = 0
			}
			if run >= 11 && strings.Contains(once, "13800001234") {
				t.Errorf("%q still holds a phone: %q", s, once)
			}
		}
	})
}

func TestPublishedHoldsNothingThatIsNotForAll(t *testing.T) {
	hotlinetest.Each(t, func(t *testing.T, w *hotlinetest.World) {
		w.Set("2026-05-08T16:30")
		agent := w.As(t, org.RoleAgent)
		register := func(change func(*hotline.RegisterInput)) string {
			in := hotline.RegisterInput{Channel: "电话", Kind: hotline.Complaint, Title: "王女士反映路灯不亮", Content: "我叫王丽，电话13800001234", Address: "红园路3号楼2单元501室", Phone: "13800001234", Name: "王丽"}
			change(&in)
			got, err := w.Hotline.Register(agent, in)
			if err != nil {
				t.Fatal(err)
			}
			return got.No
		}
		plain := register(func(*hotline.RegisterInput) {})
		open := register(func(in *hotline.RegisterInput) {
			in.Channel, in.Content, in.Address, in.Place = hotline.ChannelOpen311, "井盖坏了，联系13800001234", "红园路", hotline.PlaceAt(35.6, 103.21)
		})
		hidden := []string{
			register(func(in *hotline.RegisterInput) { in.Confidential = hotline.ConfidentialCaller }),
			register(func(in *hotline.RegisterInput) { in.Confidential = hotline.ConfidentialAll }),
			register(func(in *hotline.RegisterInput) { in.Kind = hotline.Report }),
			register(func(in *hotline.RegisterInput) { in.AccusedUnit = w.Unit.ID }),
		}
		all := context.Background()
		visitor := func(centre string) context.Context {
			return actor.With(all, &actor.Actor{Kind: actor.Anonymous, CentreID: centre})
		}
		now := w.Clock.Now()
		f := hotline.PublishedFilter{From: now - 1000, To: now + 1000, Limit: 100}
		list, err := w.Hotline.Published(visitor(w.Centre), f)
		if err != nil || len(list) != 2 || list[0].No != open || list[1].No != plain {
			t.Fatalf("published %+v, %v; want %s and %s", list, err, open, plain)
		}
		if got := list[0]; got.Text != "井盖坏了，联系（电话）" || got.Address != "红园路" || got.Lat != 35_600_000 || got.Long != 103_210_000 {
			t.Errorf("a request of the open interface: %+v", got)
		}
		if got := list[1]; got.Text != "某女士反映路灯不亮" || got.Address != "" || got.Place != (hotline.Place{}) {
			t.Errorf("a call: %+v", got)
		}
		for _, no := range hidden {
			if got, err := w.Hotline.Published(visitor(w.Centre), hotline.PublishedFilter{Numbers: []string{no}, Limit: 9}); err != nil || len(got) != 0 {
				t.Errorf("%s is published: %+v, %v", no, got, err)
			}
		}
		if got, err := w.Hotline.Published(visitor(w.AddCentre(t, "622921")), f); err != nil || len(got) != 0 {
			t.Errorf("another centre's: %+v, %v", got, err)
		}
		f.AfterNo = open
		if got, err := w.Hotline.Published(visitor(w.Centre), f); err != nil || len(got) != 1 || got[0].No != plain {
			t.Errorf("the next page: %+v, %v", got, err)
		}
		f.To = now.Add(91 * 24 * time.Hour)
		if _, err := w.Hotline.Published(visitor(w.Centre), f); !errors.Is(err, hotline.ErrSpan) {
			t.Errorf("91 days: %v", err)
		}
	})
}

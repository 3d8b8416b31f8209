package hotline_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/hotlinetest"
	"yichuang/internal/store"
)

// FuzzTrack looks tickets up by codes that a stranger may type. Only the right code with the right digits finds one.
func FuzzTrack(f *testing.F) {
	w := hotlinetest.Open(f, store.SQLite)
	made, err := w.Hotline.Register(w.System(), hotlinetest.Input())
	if err != nil {
		f.Fatal(err)
	}
	ctx := hotline.CitizenActor(w.Centre, "127.0.0.1", "r")
	const tail = "0001"
	for _, s := range [][2]string{{made.QueryCode, tail}, {made.QueryCode, ""}, {strings.ToLower(made.QueryCode), tail}, {" " + made.QueryCode + "\n", tail}, {"", ""}, {"0000000000", tail}, {"\x00\xff", "\x00"},
		{made.QueryCode + "' OR 1=1 --", "%"}, {strings.Repeat("A", 1000), strings.Repeat("9", 1000)}, {"１２３４５６７８９０", "１２３４"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, code, digits string) {
		p, err := w.Hotline.Track(actor.With(t.Context(), ctx), code, digits)
		switch {
		case err == nil && (p.No != made.No || !strings.EqualFold(strings.TrimSpace(code), made.QueryCode) || strings.TrimSpace(digits) != tail):
			t.Errorf("%q with %q found %s", code, digits, p.No)
		case err != nil && errs.KindOf(err) != errs.NotFound:
			t.Errorf("%q with %q: %v", code, digits, err)
		}
	})
}

// FuzzRegisterInput decodes a request as the API does, and proves that what passes the check can be stored: text that is
// text, within its limits.
func FuzzRegisterInput(f *testing.F) {
	for _, s := range []string{`{"channel":"电话","kind":"求助","content":"路灯不亮","phone":"13800000001"}`, `{"content":"\u0000","anonymous":true}`, `{"title":"\ud800","kind":"咨询","channel":"APP","anonymous":true,"content":"x"}`,
		`{"event_at":"-292277026596-12-04T15:30:07Z"}`, `{"upstream_due":"9999-99-99"}`, `{"phone":"（0930）621-0000","kind":"投诉","channel":"电话","content":"\u202e"}`, `{}`, `null`, `[1]`, `{"urgency":1}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var in hotline.RegisterInput
		if json.Unmarshal(body, &in) != nil {
			return
		}
		in.Normalize()
		if err := in.Validate(); err != nil {
			if e := errs.As(err); e.Kind != errs.Invalid || len(e.Fields) == 0 {
				t.Errorf("refused without a field: %v", err)
			}
			return
		}
		for name, text := range map[string]string{"title": in.Title, "content": in.Content, "address": in.Address, "name": in.Name, "category": in.Category, "area": in.Area,
			"phone": in.Phone, "upstream_ref": in.UpstreamRef, "accused_unit": in.AccusedUnit, "channel": in.Channel, "kind": in.Kind} {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				t.Errorf("%s: %q passed", name, text)
			}
			if utf8.RuneCountInString(text) > 8000 {
				t.Errorf("%s: %d characters passed", name, utf8.RuneCountInString(text))
			}
		}
		if in.Content == "" || in.Title == "" || in.Phone == "" && !in.Anonymous {
			t.Errorf("passed without what is needed: %+v", in)
		}
	})
}

// FuzzActionBodies decodes the bodies of actions and of call-backs; decoding must never panic, whatever it gives.
func FuzzActionBodies(f *testing.F) {
	for _, s := range []string{`{"unit_id":"x","urgency":"特急"}`, `{"reached":true,"result":"满意"}`, `{"reply_public":"x","solved":"已解决","contacted_at":"2026-05-08 16:00"}`, `{"limit":"5wd","step":"sign"}`, `{"limit":"99999999999999999999wd"}`,
		`{"valid_from":"2026-02-30"}`, `{"valid_to":""}`, `"5wd"`, `{"limit":"-1m"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var (
			d hotline.DispatchInput
			r hotline.Reply
			c hotline.CallbackResult
			p hotline.Policy
			l hotline.Rule
		)
		for _, into := range []any{&d, &r, &c, &p, &l} {
			_ = json.Unmarshal(body, into)
		}
		if p.Limit.Validate() == nil && p.Limit.N <= 0 {
			t.Errorf("the limit %+v passed", p.Limit)
		}
	})
}

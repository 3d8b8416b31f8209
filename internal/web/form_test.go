package web_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/money"
	"yichuang/internal/web"
	"yichuang/internal/web/webtest"
)

// withForm posts a form and hands it to check.
func withForm(t *testing.T, check func(f *web.Form), pairs ...string) {
	t.Helper()
	s := site(t, func(k *web.Kit) {
		k.Page("POST /form", permBox, func(c *web.Ctx) error { check(c.Form()); return c.NoContent() })
	})
	s.As("clerk").Post("/form", pairs...).Want(204)
}

func TestGettersReadWhatWasTyped(t *testing.T) {
	withForm(t, func(f *web.Form) {
		for name, ok := range map[string]bool{
			"text":     f.Text("text") == "一\n二",
			"raw":      f.Raw("password") == " x ",
			"int":      f.Int("int") == 1234,
			"yuan":     f.Yuan("yuan") == money.Fen(123456),
			"date":     f.Date("date") == clock.Day(2026, 5, 14),
			"time":     f.Instant("time") == clock.At(2026, 5, 14, 18, 0),
			"bool":     f.Bool("yes") && !f.Bool("no") && !f.Bool("none"),
			"all":      strings.Join(f.All("many"), ",") == "a,b",
			"choice":   f.Choice("pick", "x", "y") == "y",
			"version":  f.Version() == 7,
			"required": f.Required("text", "内容") != "",
			"empty":    f.Int("none") == 0 && f.Yuan("none") == 0 && f.Date("none") == clock.NoDate && f.Instant("none") == 0 && f.Choice("none", "x") == "",
			"fine":     f.OK(),
		} {
			if !ok {
				t.Errorf("%s: %v", name, f.Errors())
			}
		}
	}, "text", " 一\r\n二\x00 ", "password", " x ", "int", "1,234", "yuan", "1234.56", "date", "2026-05-14", "time", "2026-05-14T18:00",
		"yes", "1", "no", "0", "many", "a", "many", " ", "many", "b", "pick", "y", "version", "7")
}

func TestGettersCollectWhatIsWrong(t *testing.T) {
	withForm(t, func(f *web.Form) {
		f.Required("blank", "标题")
		f.Int("int")
		f.Yuan("yuan")
		f.Date("date")
		f.Instant("time")
		f.Choice("pick", "x")
		for _, name := range []string{"blank", "int", "yuan", "date", "time", "pick"} {
			if f.ErrorOf(name) == "" {
				t.Errorf("%s: nothing said", name)
			}
		}
		if f.OK() || f.ErrorOf("blank") != "请填写标题。" || len(f.Errors()) != 6 {
			t.Errorf("%v", f.Errors())
		}
	}, "blank", "  ", "int", "一", "yuan", "1.234", "date", "2026-2-30", "time", "later", "pick", "z")
}

func TestFormTakesWhatItCanShow(t *testing.T) {
	withForm(t, func(f *web.Form) {
		if f.Take(nil) || f.Take(errors.New("disk")) || f.Take(errs.New(errs.NotFound, "a.b", "无")) || !f.OK() {
			t.Error("took what belongs on an error page")
		}
		if !f.Take(errs.New(errs.Invalid, "a.c", "有误").Field("title", "太短")) || f.ErrorOf("title") != "太短" || f.Problem() != "" {
			t.Errorf("%v %q", f.Errors(), f.Problem())
		}
		if !f.Take(errs.New(errs.Conflict, "a.d", "别人改过")) || f.Problem() != "别人改过" || f.OK() {
			t.Error(f.Problem())
		}
	})
}

func TestUploads(t *testing.T) {
	s := site(t, func(k *web.Kit) {
		k.Page("POST /form", permBox, func(c *web.Ctx) error {
			f := c.Form()
			u := f.File("photo")
			if u == nil || u.Name != "路灯.jpg" || u.Size != 3 || f.File("none") != nil || f.Text("title") != "灯" || len(f.Files("photo")) != 1 {
				t.Errorf("%+v", u)
			}
			return c.NoContent()
		})
	})
	s.As("clerk").Upload("/form", []webtest.File{{Field: "photo", Name: `C:\照片\路灯.jpg`, Content: []byte("abc")}}, "title", "灯").Want(204)
}

func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	page := func(f *web.Form) web.Handler {
		return func(c *web.Ctx) error {
			fields := []web.Field{{Form: f, Name: "title", Label: "标题", Hint: "一句话", Value: "默认"}}
			return c.Invalid(web.InputText(fields[0]))
		}
	}
	s := site(t, func(k *web.Kit) {
		k.Page("GET /form", permBox, func(c *web.Ctx) error { return page(nil)(c) })
		k.Page("POST /form", permBox, func(c *web.Ctx) error {
			f := c.Form()
			f.Fail("title", "标题不能含<b>尖括号</b>。")
			return page(f)(c)
		})
	})
	s.As("clerk").Get("/form").Has(`value="默认"`, `aria-describedby="f-title-hint"`, `for="f-title"`).Lacks("aria-invalid")
	s.As("clerk").Post("/form", "title", `<b>"路灯"`).Want(422).
		Has(`value="&lt;b&gt;&#34;路灯&#34;"`, `aria-invalid="true"`, `aria-describedby="f-title-hint f-title-error"`, `id="f-title-error"`, "&lt;b&gt;尖括号").
		Lacks("<b>尖括号")
}

func TestLocalPath(t *testing.T) {
	for path, want := range map[string]string{"/box?a=1": "/box?a=1", "//evil.example": "/home", "https://evil.example": "/home", "/\\evil.example": "/home",
		"javascript:alert(1)": "/home", "": "/home", "box": "/home", "/a\r\nb": "/home"} {
		if got := web.LocalPath(path, "/home"); got != want {
			t.Errorf("%q: %q, want %q", path, got, want)
		}
	}
}

func TestCursors(t *testing.T) {
	text := web.EncodeCursor("2026-05-14", "01J", "")
	values, err := web.DecodeCursor(text, 3)
	if err != nil || len(values) != 3 || values[1] != "01J" {
		t.Errorf("%v %v", values, err)
	}
	for _, bad := range []string{text + "x", "!!", web.EncodeCursor("1")} {
		if _, err := web.DecodeCursor(bad, 3); !errors.Is(err, web.ErrCursor) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if v, err := web.DecodeCursor("", 3); v != nil || err != nil {
		t.Errorf("first page: %v %v", v, err)
	}
}

// A decision that was not made, or is neither of the two, is an error at the field and never a no.
func TestADecisionNotMadeIsNoNo(t *testing.T) {
	for _, c := range []struct {
		typed        []string
		yes, refused bool
	}{{[]string{"uphold", "1"}, true, false}, {[]string{"uphold", "0"}, false, false}, {nil, false, true}, {[]string{"uphold", ""}, false, true}, {[]string{"uphold", "no"}, false, true}, {[]string{"other", "1"}, false, true}} {
		withForm(t, func(f *web.Form) {
			yes, err := f.Either("uphold", "1", "0")
			if yes != c.yes || (err != nil) != c.refused || err != nil && (errs.KindOf(err) != errs.Invalid || errs.As(err).Fields[0].Name != "uphold") {
				t.Errorf("%q: %v, %v", c.typed, yes, err)
			}
		}, c.typed...)
	}
}

func TestOfSeveralFormsTheRefusedOneSaysWhy(t *testing.T) {
	withForm(t, func(f *web.Form) {
		f.Fail("reason", "请写明理由。")
		f.Rename("reason", "why", "why", "never")
		if f.At("/other") != nil || f.At("/form?month=2026-05").ErrorOf("why") != "请写明理由。" || (*web.Form)(nil).At("/form") != nil {
			t.Error("another form answers")
		}
		dialog := func(href, uphold string) string {
			return render(t, web.ActionButton(web.Action{Label: "答复", Href: href, Post: true, Confirm: "确定？", Form: f, Hidden: map[string]string{"uphold": uphold}}))
		}
		for where, open := range map[string]bool{dialog("/form", "1"): true, dialog("/form", "0"): false, dialog("/other", "1"): false} {
			if strings.Contains(where, `class="confirm" open`) != open {
				t.Error(open, where)
			}
		}
	}, "uphold", "1")
}

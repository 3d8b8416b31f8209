package errs_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"yichuang/internal/errs"
)

var (
	errBox  = errs.New(errs.Conflict, "box.full", "箱子满了，没有放进去。请换一个箱子。")
	errLock = errs.New(errs.Forbidden, "box.locked", "您不能打开这个箱子。")
)

func TestKindsHaveNames(t *testing.T) {
	for k, want := range map[errs.Kind]string{errs.Internal: "internal", errs.Invalid: "invalid", errs.Unauthenticated: "unauthenticated", errs.Forbidden: "forbidden",
		errs.NotFound: "not_found", errs.Conflict: "conflict", errs.TooLarge: "too_large", errs.TooMany: "too_many", errs.Unavailable: "unavailable"} {
		if k.String() != want {
			t.Errorf("%d is %q, want %q", k, k, want)
		}
	}
}

// Templates are package variables that every request shares: what a request adds is on its own copy.
func TestEveryAdditionIsACopy(t *testing.T) {
	changed := errBox.Field("size", "太大：%d", 9).With("version", 3).Wrap(io.EOF).Say("箱子 %s 满了。", "甲")
	if len(errBox.Fields) != 0 || errBox.Detail != nil || errBox.Err != nil || errBox.Public != "箱子满了，没有放进去。请换一个箱子。" {
		t.Fatalf("the template was changed: %+v", errBox)
	}
	if len(changed.Fields) != 1 || changed.Fields[0].Public != "太大：9" || changed.Detail["version"] != 3 || changed.Public != "箱子 甲 满了。" || !errors.Is(changed, io.EOF) {
		t.Errorf("%+v", changed)
	}
	one, two := changed.Field("a", "甲"), changed.Field("b", "乙")
	if one.Fields[1].Name != "a" || two.Fields[1].Name != "b" || len(changed.Fields) != 1 {
		t.Error("two additions to one error share their fields")
	}
	more := changed.With("unit", "u1")
	if _, ok := changed.Detail["unit"]; ok || more.Detail["version"] != 3 {
		t.Error("two additions to one error share their details")
	}
}

func TestErrorsAreComparedByCode(t *testing.T) {
	wrapped := fmt.Errorf("save: %w", errBox.Say("另一句话").Wrap(io.EOF))
	if !errors.Is(wrapped, errBox) || errors.Is(wrapped, errLock) || !errors.Is(wrapped, io.EOF) || errors.Is(io.EOF, errBox) {
		t.Error("Is")
	}
	if errs.CodeOf(wrapped) != "box.full" || errs.KindOf(wrapped) != errs.Conflict {
		t.Errorf("%s, %s", errs.CodeOf(wrapped), errs.KindOf(wrapped))
	}
}

func TestForeignErrorsAreInternalAndTellNothing(t *testing.T) {
	foreign := errors.New("pq: password of user yichuang is wrong")
	e := errs.As(fmt.Errorf("read: %w", foreign))
	if e.Kind != errs.Internal || e.Code != "internal" || strings.Contains(e.Public, "password") || !errors.Is(e, foreign) {
		t.Errorf("%+v", e)
	}
	if errs.KindOf(nil) != errs.Internal || errs.CodeOf(foreign) != "internal" {
		t.Error("KindOf and CodeOf of a foreign error")
	}
}

func TestRefusalsStayMarkedWhenTheyAreHidden(t *testing.T) {
	if errBox.Denied || !errLock.Denied {
		t.Error("only refusals on grounds of who asks are denied")
	}
	hidden := errs.New(errs.NotFound, "box.missing", "没有这个箱子。").Hide()
	if hidden.Kind != errs.NotFound || !hidden.Denied || hidden.Code != "box.missing" {
		t.Errorf("%+v", hidden)
	}
	if h := errLock.Hide(); h.Kind != errs.NotFound || !h.Denied || errLock.Kind != errs.Forbidden {
		t.Errorf("%+v", h)
	}
}

func TestValidatorsGiveNilWhereNothingIsWrong(t *testing.T) {
	if err := errBox.OrNil(); err != nil {
		t.Errorf("no field and %v", err)
	}
	var none *errs.Error
	if err := none.OrNil(); err != nil {
		t.Errorf("nil and %v", err)
	}
	if err := errBox.Field("size", "太大").OrNil(); !errors.Is(err, errBox) {
		t.Errorf("a field and %v", err)
	}
}

func TestTheLogHasEverything(t *testing.T) {
	text := errBox.Field("size", "太大").Wrap(io.EOF).Error()
	for _, part := range []string{"box.full", "箱子满了", "size", "太大", "EOF"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in %q", part, text)
		}
	}
}

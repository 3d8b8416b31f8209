package crypt_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"yichuang/internal/crypt"
)

func TestMasks(t *testing.T) {
	cases := []struct {
		mask     func(string) string
		in, want string
	}{
		{crypt.MaskName, "张三", "张*"}, {crypt.MaskName, "李小龙", "李**"}, {crypt.MaskName, "阿卜杜拉·买买提", "阿**"}, {crypt.MaskName, "王", "王*"}, {crypt.MaskName, "", ""},
		{crypt.MaskPhone, "13812345678", "138****5678"}, {crypt.MaskPhone, "+86 138-1234-5678", "138****5678"}, {crypt.MaskPhone, "0557-3022345", "055****2345"},
		{crypt.MaskPhone, "3022345", "****345"}, {crypt.MaskPhone, "12345", "****"}, {crypt.MaskPhone, "不详", "****"}, {crypt.MaskPhone, "", ""},
		{crypt.MaskIDNo, "34220119800101123X", "34**************3X"}, {crypt.MaskIDNo, "342201800101123", "34***********23"}, {crypt.MaskIDNo, "G12345678", "****78"},
		{crypt.MaskIDNo, "123", "****"}, {crypt.MaskIDNo, "", ""},
	}
	for _, c := range cases {
		if got := c.mask(c.in); got != c.want {
			t.Errorf("%q → %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTypesMaskThemselvesWhereverTheyArePrinted(t *testing.T) {
	person := struct {
		Name  crypt.PersonName
		Phone crypt.PhoneNumber
		ID    crypt.IDNumber
	}{"张三丰", "13812345678", "34220119800101123X"}
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	log.Info("x", "name", person.Name, "phone", person.Phone, "id", person.ID, "all", person)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "name", person.Name, "phone", person.Phone, "id", person.ID, "all", person)
	fmt.Fprintf(&out, "%v %+v %#v %s %q", person, person, person, person.Phone, person.ID)
	if err := json.NewEncoder(&out).Encode(person); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"三丰", "1234567", "19800101"} {
		if strings.Contains(out.String(), secret) {
			t.Errorf("%q shows in: %s", secret, out.String())
		}
	}
	if !strings.Contains(out.String(), "138****5678") {
		t.Errorf("no mask in: %s", out.String())
	}
	if string(person.Phone) != "13812345678" {
		t.Error("the value itself is lost")
	}
}
